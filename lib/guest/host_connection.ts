/**
 * One connection to a host, from the attempt to make it to its last byte.
 *
 * @module
 */

import type { ByteConnection } from "../flow/byte_connection.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { nextTurn } from "../flow/timing.ts";
import { JpegStreamCutter } from "../jpeg/stream.ts";
import { recogniseHost } from "../legacy/recognise_host.ts";
import { Conversation, type Ending, type PartDecoder } from "../peer/conversation.ts";
import { MessageDecoder } from "../protocol/decoder.ts";
import { PROTOCOL_VERSION } from "../protocol/header.ts";
import type { HelloMessage, HostMessage, ViewSize } from "../protocol/messages.ts";
import { hasNoNames, HostDialogue, type HostEvent } from "./host_dialogue.ts";
import { HostPatience, type HostPatienceOptions, JUDGE_EVERY_MICROS } from "./host_patience.ts";

/** How long a BYE may take, in microseconds; seen at the next look at the clock. */
const FAREWELL_MICROS = 250_000;
/** How much is read from the socket at a time; smaller reads cost up to twice the CPU time. */
const READ_BYTES = 256 * 1024;

/** Whether the host is heard: it has not said anything yet, is, is not any more, or it is over. */
export type Hearing = "trying" | "heard" | "silent" | "over";

/** With a host of the tutorial, bare JPEGs. */
type HostTalk = Conversation<HostMessage | Uint8Array>;

/** Options of a {@linkcode HostConnection}. */
export interface HostConnectionOptions extends HostPatienceOptions {
  dial: (signal: AbortSignal) => Promise<ByteConnection>;
  /** The monotonic clock, in microseconds. */
  now: () => number;
  /** Name and version of this program, for the host's log. */
  program: string;
  /** Which of the host's cameras is wanted; the first when left out. */
  camera?: string | undefined;
  /** Whether it is only asked which cameras there are; default: no. */
  list?: boolean | undefined;
  /** In how much room the pictures are shown; for as much as they need, nothing. */
  view?: (() => ViewSize | undefined) | undefined;
  /** Who shows the pictures on, see {@linkcode HelloMessage}; nobody when left out. */
  relays?: readonly string[] | undefined;
  onEvent: (event: HostEvent, connection: HostConnection) => void;
  onHearing: () => void;
}

/**
 * Speaks the protocol with one host, or takes a bare JPEG stream as the tutorial's host sends it.
 *
 * - Life: dialling, then greeting until WELCOME or the first bare JPEG's beginning, serving, leaving,
 *   closed; see {@linkcode Conversation}.
 * - Order: pictures come in the order of sending, each once; none once {@linkcode end} was called.
 * - Bound: replies are written before more is read, so none pile up.
 * - Time: whatever the host says, or does not read, it ends when no picture has come for so long.
 */
export class HostConnection {
  /** Resolves when it has ended and nothing is left of it. */
  readonly closed: Promise<void>;
  /** What ended it; `undefined` where we did. */
  failure: unknown;
  readonly #options: HostConnectionOptions;
  readonly #dialling = new AbortController();
  readonly #patience: HostPatience;
  readonly #dialogue: HostDialogue;
  #decoder: PartDecoder<HostMessage | Uint8Array> = new MessageDecoder({ from: "host" });
  #conversation: HostTalk | undefined;
  #hearing: Hearing = "trying";
  #delivered = false;
  #takesViews = false;
  /** The room for its pictures that the host knows of. */
  #sentView: ViewSize | undefined;

  constructor(options: HostConnectionOptions) {
    this.#options = options;
    this.#patience = new HostPatience(options.now(), options);
    this.#dialogue = new HostDialogue({
      patience: this.#patience,
      camera: options.camera,
      onEvent: (event) => this.#report(event),
    });
    this.closed = this.#run();
  }

  get hearing(): Hearing {
    return this.#hearing;
  }

  get delivered(): boolean {
    return this.#delivered;
  }

  /** Ends it: says BYE, which the host is given a moment to take. */
  end(): void {
    this.#dialling.abort();
    this.#conversation?.leave("the guest ended");
  }

  /** Tells the host of another room for its pictures, if there is one and the host cares. */
  sendView(): void {
    const view = this.#options.view?.();
    if (!this.#takesViews || view === this.#sentView) return;
    this.#sentView = view;
    this.#conversation?.outbox.post({ type: "view", ...view && { view } });
  }

  /** Notes that a picture has come which can be shown: the host owes none now. */
  decoded(): void {
    this.#patience.pictures.picture(this.#options.now());
  }

  async #run(): Promise<void> {
    const { signal } = this.#dialling;
    try {
      const connection = await this.#options.dial(signal);
      if (signal.aborted) connection.close();
      else this.failure = failureOf(await this.#converse(connection));
    } catch (error) {
      this.failure = error;
    }
    this.#hear("over");
  }

  async #converse(connection: ByteConnection): Promise<Ending> {
    const { now } = this.#options;
    this.#patience.begin(now());
    const conversation = this.#conversation = new Conversation(connection, {
      now,
      readBytes: READ_BYTES,
      farewellMicros: FAREWELL_MICROS,
      heartbeat: this.#patience.heartbeat,
      readFirst: (into) => this.#readFirst(connection, into),
      decoder: () => this.#decoder,
      onHeard: () => this.#hear("heard"),
      onPart: (part) => this.#handle(part),
      onHandled: () => this.#answered(),
      waitsForClose: false,
    });
    conversation.outbox.post(helloOf(this.#options, this.#sentView = this.#options.view?.()));
    // Right behind HELLO: its PONG comes before any picture can delay it.
    conversation.outbox.post(this.#patience.heartbeat.next(now()));
    const judging = setInterval(() => this.#judge(conversation), JUDGE_EVERY_MICROS / 1000);
    return await conversation.run().finally(() => clearInterval(judging));
  }

  async #readFirst(connection: ByteConnection, into: Uint8Array): Promise<number> {
    const { kind, length } = await recogniseHost(connection, into);
    if (kind === "bare-jpeg") {
      if (this.#options.camera !== undefined) throw hasNoNames(this.#options.camera);
      const cutter = new JpegStreamCutter();
      this.#decoder = { push: (chunk, length) => cutter.push(chunk.subarray(0, length)) };
      this.#conversation?.serve();
    }
    this.#report({ type: "answer" });
    return length;
  }

  #handle(part: HostMessage | Uint8Array): void {
    const conversation = this.#conversation!;
    if (part instanceof Uint8Array) {
      return this.#report({ type: "picture", jpeg: part, capturedAtMicros: undefined });
    }
    if (part.type === "bye") return conversation.left(part);
    conversation.outbox.post(this.#dialogue.reply(part, this.#options.now()));
    if (part.type !== "welcome") return;
    conversation.serve();
    this.#takesViews = part.views ?? false;
    this.sendView();
  }

  #report(event: HostEvent): void {
    if (event.type === "picture") this.#delivered = true;
    this.#options.onEvent(event, this);
  }

  async #answered(): Promise<void> {
    await this.#conversation?.outbox.written();
    this.#report({ type: "answered" });
    // Silence begins when we listen again.
    this.#patience.heartbeat.heard(this.#options.now());
    // A host that sends without a pause is not to keep this guest's clocks waiting.
    await nextTurn();
  }

  #judge(conversation: HostTalk): void {
    const now = this.#options.now();
    conversation.tick(now);
    if (conversation.isEnding) return;
    const speaksProtocol = this.#hearing !== "trying" && this.#decoder instanceof MessageDecoder;
    const hasRead = conversation.outbox.idle;
    const isGreeting = conversation.state === "greeting";
    const why = this.#patience.judge(now, { isGreeting, speaksProtocol, hasRead });
    if (why !== undefined) {
      const message = `Cannot go on with the host: ${why}`;
      conversation.cut(message, new CaptureVideoError("connection", message));
    } else if (speaksProtocol) {
      if (this.#patience.isSuspicious(now)) this.#hear("silent");
      if (hasRead) conversation.outbox.post(this.#patience.heartbeat.next(now));
    }
  }

  #hear(hearing: Hearing): void {
    if (this.#hearing === hearing) return;
    this.#hearing = hearing;
    this.#options.onHearing();
  }
}

/** What a connection begins with. */
function helloOf(
  { program, maxFps, camera, list, relays }: HostConnectionOptions,
  view: ViewSize | undefined,
): HelloMessage {
  return {
    ...{ type: "hello", versions: [PROTOCOL_VERSION], program },
    ...maxFps === undefined ? {} : { maxFps },
    ...camera === undefined ? {} : { camera },
    ...list ? { list } : {},
    ...view ? { view } : {},
    ...relays ? { relays } : {},
  };
}

/** The error of an end that is not the guest's own. */
function failureOf({ how, reason, error, retry, isPrivate }: Ending): unknown {
  if (how === "ours") return error;
  if (how === "bye") {
    if (isPrivate) {
      return new CaptureVideoError(
        "privacy",
        `Cannot go on: the host says ${reason}; leave out --open`,
      );
    }
    const code = retry === false ? "turned-away" : "refused";
    return new CaptureVideoError(code, `Cannot go on: the host says ${reason}`);
  }
  const what = how === "lost" ? "is gone" : "closed the connection";
  return new CaptureVideoError("connection", `Cannot go on: the host ${what}`, { cause: error });
}
