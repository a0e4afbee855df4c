/**
 * Whether a host that publishes by NATS is there, and how its camera is.
 *
 * @module
 */

import type { StatusMessage } from "../protocol/messages.ts";
import { failed, type NatsEvent } from "./events.ts";
import type { NatsState } from "./state.ts";

/** A host that says nothing for so long may be gone, in microseconds: it speaks once a second. */
export const SUSPICIOUS_SILENCE_MICROS = 2_500_000;

/** How often it is to be judged, in milliseconds. */
export const JUDGE_EVERY_MS = 250;

/** The rate of a camera that has not said its own, in frames a second. */
const USUAL_FPS = 30;

/** Options of a {@linkcode HostWatch}. */
export interface HostWatchOptions {
  /** How long a live camera may give no picture, in microseconds. */
  readonly timeoutMicros: number;
  /** The monotonic clock, in microseconds. */
  readonly now: () => number;
  readonly onEvent: (event: NatsEvent) => void;
}

/**
 * Makes of what is heard what there is to tell.
 *
 * - A host that says nothing is told as silent, and when it is heard again.
 * - A camera that is live and gives no picture for too long is told once, until there is one.
 */
export class HostWatch {
  /** The rate of the camera, as far as it is known, in frames a second. */
  fps = USUAL_FPS;
  /** Whether other renditions than the full one are published where somebody wants them. */
  hasRenditions = false;
  readonly #options: HostWatchOptions;
  #run: string | undefined;
  #via = "";
  #status: StatusMessage | undefined;
  #heardAtMicros: number;
  #pictureAtMicros: number;
  #isThere = false;
  #isSilent = false;
  #isOwed = false;

  constructor(options: HostWatchOptions) {
    this.#options = options;
    this.#heardAtMicros = this.#pictureAtMicros = options.now();
  }

  /**
   * Begins anew: with a connection that was just made, or where nobody publishes. How the camera is
   * will be told again, as something else was told meanwhile.
   */
  begin(): void {
    this.#isThere = this.#isSilent = false;
    this.#status = undefined;
    this.#heardAtMicros = this.#pictureAtMicros = this.#options.now();
  }

  /** Whether the host was heard of late. */
  get isHeard(): boolean {
    const silentMicros = this.#options.now() - this.#heardAtMicros;
    return this.#isThere && silentMicros <= SUSPICIOUS_SILENCE_MICROS;
  }

  /** Notes that something was heard. */
  heard(): void {
    const { now, onEvent } = this.#options;
    this.#heardAtMicros = now();
    if (!this.#isThere) onEvent({ type: "answer" });
    this.#isThere = true;
    if (this.#isSilent) onEvent({ type: "silence", silent: false });
    this.#isSilent = false;
  }

  /** Notes that a picture has come. */
  picture(): void {
    this.#pictureAtMicros = this.#heardAtMicros;
    this.#isOwed = false;
  }

  /** Notes the newest state, and says whether it is of a host that was started since the last. */
  state({ welcome, status, run, end }: NatsState): boolean {
    const { onEvent } = this.#options;
    const isOther = run !== this.#run;
    if (isOther) this.#status = undefined;
    this.#run = run;
    if (end !== undefined) {
      this.#status = this.#run = undefined;
      onEvent(failed("refused", `Cannot go on: the host says ${end}`));
      return isOther;
    }
    this.hasRenditions = welcome.views === true;
    if (welcome.source.fps > 0) this.fps = welcome.source.fps;
    const before = this.#status;
    this.#status = status;
    if (!before) onEvent(welcome);
    const { via } = welcome;
    if (before && `${via}` !== this.#via) onEvent({ type: "via", via });
    this.#via = `${via}`;
    if (before?.camera !== status.camera) this.#pictureAtMicros = this.#options.now();
    if (before?.camera !== status.camera || before.why !== status.why) onEvent(status);
    return isOther;
  }

  /** To be called every {@linkcode JUDGE_EVERY_MS}. */
  judge(): void {
    if (!this.#isThere) return;
    const { now, onEvent, timeoutMicros } = this.#options;
    const nowMicros = now();
    if (!this.#isSilent && !this.isHeard) {
      this.#isSilent = true;
      onEvent({ type: "silence", silent: true });
    }
    const isLive = this.#status?.camera === "live";
    if (this.#isOwed || !isLive || nowMicros - this.#pictureAtMicros <= timeoutMicros) return;
    this.#isOwed = true;
    const seconds = Number((timeoutMicros / 1e6).toFixed(3));
    onEvent(failed("connection", `Cannot go on with the host: no picture for ${seconds} s`));
  }
}
