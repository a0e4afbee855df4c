/**
 * A web page's camera as a source: the page makes JPEGs, and sends them here.
 *
 * @module
 */

import { ComingJpegs } from "./coming_jpegs.ts";
import { cannotRead, type FrameSource, type PictureRequest } from "./source.ts";

/** What people call it. */
const NAME = "a browser's camera";

/** A picture that claims to be older than this, in microseconds, is taken for one of just now. */
const MAX_AGE_MICROS = 10_000_000;

/** A page that sends its camera's pictures. */
export interface SendingPage {
  /** Hears whether pictures are wanted from now on. */
  want(isWanted: boolean): void;
  /** Hears that another page has taken its place. */
  replaced(): void;
}

/** What a page does while it is the one that sends; nothing of it counts once another is. */
export interface PageSeat {
  /** Gives a picture, and when it was captured, in microseconds of the host's monotonic clock. */
  offer(jpeg: Uint8Array, capturedAtMicros: number): void;
  /** Says why no picture comes, in words for people. */
  trouble(why: string): void;
  leave(why: string): void;
}

/**
 * Where pages come with their camera, and the host takes the pictures.
 *
 * - One page sends at a time; who comes next is refused, or takes its place.
 * - Wanted: the page sends while the source is open, and not before.
 * - Time: a picture's time is never in the future, absurdly old, or before the last picture's.
 */
export class BrowserCamera {
  readonly #now: () => number;
  #wanted: PictureRequest;
  #page: SendingPage | undefined;
  #why = "no page sends yet; open the link for it";
  #onTrouble: (line: string) => void = () => {};
  #source: PageSource | undefined;
  #lastMicros = 0;

  /** @param now the monotonic clock, in microseconds */
  constructor({ width, height, fps, quality }: PictureRequest, now: () => number) {
    this.#wanted = { width, height, fps, quality };
    this.#now = now;
  }

  /** What a page is asked for. */
  get wanted(): PictureRequest {
    return this.#wanted;
  }

  /** Asks the page for something else from now on. */
  request(change: Partial<PictureRequest>): void {
    this.#wanted = { ...this.#wanted, ...change };
    this.#page?.want(this.#source !== undefined);
  }

  /** Whether a page sends. */
  get isTaken(): boolean {
    return this.#page !== undefined;
  }

  /** Has a page send, in the place of the one before. */
  admit(page: SendingPage): PageSeat {
    this.#page?.replaced();
    this.#page = page;
    this.#trouble("the page has yet to send its first picture");
    page.want(this.#source !== undefined);
    const ifSeated = <A extends unknown[]>(act: (...args: A) => void) => (...args: A) => {
      if (this.#page === page) act(...args);
    };
    return {
      offer: ifSeated((jpeg, atMicros) => this.#offer(jpeg, atMicros)),
      trouble: ifSeated((why) => this.#trouble(why)),
      leave: ifSeated((why) => {
        this.#page = undefined;
        this.#trouble(why);
      }),
    };
  }

  /**
   * Waits for a page's first picture.
   *
   * @param onTrouble called with a line while there is a reason why none comes
   * @param signal ends the waiting
   */
  async open(onTrouble: (line: string) => void, signal?: AbortSignal): Promise<FrameSource> {
    const source = this.#source = new PageSource(this.wanted.fps, () => {
      if (this.#source !== source) return;
      this.#source = undefined;
      this.#page?.want(false);
    });
    this.#onTrouble = onTrouble;
    try {
      if (this.#why !== "") onTrouble(cannotRead(NAME, this.#why).message);
      this.#page?.want(true);
      return await source.begin(signal);
    } finally {
      this.#onTrouble = () => {};
    }
  }

  #offer(jpeg: Uint8Array, claimedMicros: number): void {
    const now = this.#now();
    const isCredible = claimedMicros <= now && now - claimedMicros <= MAX_AGE_MICROS;
    const capturedAtMicros = Math.max(isCredible ? claimedMicros : now, this.#lastMicros);
    this.#lastMicros = capturedAtMicros;
    this.#why = "";
    this.#source?.put({ jpeg, capturedAtMicros });
  }

  #trouble(why: string): void {
    this.#why = why;
    this.#source?.lose(why);
    this.#onTrouble(cannotRead(NAME, why).message);
  }
}

/** The pictures of whichever page sends, from one opening to its end. */
class PageSource extends ComingJpegs {
  readonly #onClose: () => void;

  constructor(fps: number, onClose: () => void) {
    super(() => ({ description: NAME, fps, format: "mjpg" }));
    this.#onClose = onClose;
  }

  /** Ends it, should it have begun: until then it can wait for better times. */
  lose(why: string): void {
    if (this.hasBegun) this.finish(cannotRead(NAME, why));
  }

  override close(): Promise<void> {
    this.#onClose();
    return super.close();
  }
}
