/**
 * One connection to a host, from the first byte to the last.
 *
 * @module
 */

import { type ByteConnection, isDisconnect } from "../flow/byte_connection.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { MessageDecoder } from "../protocol/decoder.ts";
import { PROTOCOL_VERSION } from "../protocol/header.ts";
import { JpegStreamCutter } from "../jpeg/stream.ts";
import type {
  GuestMessage,
  HostMessage,
  StatusMessage,
  WelcomeMessage,
} from "../protocol/messages.ts";
import { Standstill } from "../flow/standstill.ts";
import { nextTurn, pause } from "../flow/timing.ts";
import { HostClock } from "./host_clock.ts";
import { HostConduct } from "./host_conduct.ts";
import { MessageWriter } from "./message_writer.ts";
import { type ReceivedJpeg, UNKNOWN_TIME } from "./picture.ts";
import { PictureClock } from "./picture_clock.ts";
import { recogniseHost } from "../legacy/recognise_host.ts";

/** How long a host may take for its WELCOME or its first bare JPEG's beginning, in microseconds. */
export const WELCOME_TIMEOUT_MICROS = 5_000_000;
/** After this silence the host is taken for dead, in microseconds. */
export const HOST_SILENCE_LIMIT_MICROS = 15_000_000;
/** How often the clocks are compared, in microseconds. */
export const PING_EVERY_MICROS = 2_000_000;
/** After this silence the host is asked for a sign of life, in microseconds. */
export const ASK_AFTER_MICROS = 750_000;
/** A host that does not answer within this time may be gone, in microseconds. */
export const SUSPICIOUS_SILENCE_MICROS = 2_000_000;
/** With a rate that was asked for, no connection counts as lost before so many were due. */
const PICTURES_OF_GRACE = 2;
/** How often the clock is looked at, in milliseconds. */
const TICK_MS = 250;
/** How long a BYE may take, in milliseconds. */
const FAREWELL_MS = 500;
/** How many exchanges follow each other at once, so that the first picture's age is known well. */
const FIRST_EXCHANGES = 8;
/** How much is read from the socket at a time; smaller reads cost up to twice the CPU time. */
const READ_BYTES = 256 * 1024;

/** Options of a {@linkcode HostConnection}. */
export interface HostConnectionOptions {
  /** The monotonic clock, in microseconds. */
  now: () => number;
  /** Name and version of this program, for the host's log. */
  program: string;
  /** How long a live host may send no picture that is due, in microseconds. */
  timeoutMicros: number;
  /** The most pictures per second that the host is asked for; all there are when left out. */
  maxFps?: number | undefined;
  /** Called with the first bytes that the host sends. */
  onAnswer?: () => void;
  /** Called when the host has fallen silent, and when it is heard again. */
  onSilence?: (silent: boolean) => void;
  /** Called with the host's answer; not called by one that speaks the tutorial's way. */
  onWelcome: (welcome: WelcomeMessage) => void;
  /** Called when the host's camera changes its state. */
  onStatus: (status: StatusMessage) => void;
  /** Called with each picture; the host's next one waits until this resolves. */
  onJpeg: (picture: ReceivedJpeg) => Promise<void>;
  /**
   * Called when all that was read is acknowledged: the moment for work that can wait for that.
   * Returns `false` when the newest JPEG turned out to be no picture.
   */
  onAnswered?: () => boolean | undefined;
}

/**
 * Speaks the protocol with one host, or takes a bare JPEG stream as the tutorial's host sends it.
 *
 * - Order: pictures come in the order of sending, each once.
 * - Pace: a picture is acknowledged after `onJpeg` has resolved for it.
 * - Bound: replies are written before more is read, so none pile up.
 * - Time: whatever the host says, or does not read, it ends when no picture has come for so long.
 * - Close: {@linkcode run} closes the connection before it resolves or rejects.
 */
export class HostConnection {
  readonly #connection: ByteConnection;
  readonly #options: HostConnectionOptions;
  readonly #writer: MessageWriter;
  readonly #clock = new HostClock();
  readonly #conduct = new HostConduct();
  readonly #standstill = new Standstill({ everyMs: TICK_MS });
  #startedAtMicros: number;
  #heardAtMicros: number;
  readonly #pictures: PictureClock;
  #pingSentAtMicros = -Infinity;
  #exchanges = 0;
  #silent = false;
  /** Whether a picture is being taken over, so that nothing is read. */
  #taking = false;
  /** Whether a JPEG has come that may turn out to be no picture. */
  #arrived = false;
  #closed = false;
  #tickedAtMicros: number;
  #speaksProtocol: boolean | undefined;
  #failure: CaptureVideoError | undefined;

  /** @param connection the connection to the host, owned by this object from here on */
  constructor(connection: ByteConnection, options: HostConnectionOptions) {
    this.#connection = connection;
    this.#writer = new MessageWriter(connection);
    this.#options = options;
    this.#startedAtMicros = this.#heardAtMicros = this.#tickedAtMicros = options.now();
    this.#pictures = new PictureClock(this.#startedAtMicros);
  }

  /**
   * Receives until the signal is aborted.
   *
   * @throws {CaptureVideoError} `connection` when the host is gone or silent, `refused` or
   * `turned-away` when it said BYE, `protocol` when it sent something else
   */
  async run(signal: AbortSignal): Promise<void> {
    const leave = () => void this.#leave("the guest ended");
    signal.addEventListener("abort", leave);
    const ticking = setInterval(() => this.#tick(), TICK_MS);
    try {
      await this.#greet();
      await this.#receive();
    } catch (error) {
      if (signal.aborted) return;
      if (this.#failure) throw this.#failure;
      if (error instanceof CaptureVideoError && error.code === "protocol") {
        await this.#leave(error.message);
      }
      if (!isDisconnect(error)) throw error;
      throw new CaptureVideoError("connection", "Cannot go on: the host is gone", { cause: error });
    } finally {
      clearInterval(ticking);
      signal.removeEventListener("abort", leave);
      this.#close();
    }
  }

  /** HELLO, and right behind it the first PING: its PONG comes before any picture can delay it. */
  #greet(): Promise<void> {
    const { program, maxFps } = this.#options;
    const hello = { type: "hello", versions: [PROTOCOL_VERSION], program } as const;
    return this.#writer.send([maxFps === undefined ? hello : { ...hello, maxFps }, this.#ping()]);
  }

  async #receive(): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    const first = await recogniseHost(this.#connection, buffer);
    this.#speaksProtocol = first.kind === "capturevideo";
    this.#options.onAnswer?.();
    const take = this.#speaksProtocol ? this.#messages() : this.#bareJpegs();
    for (let length: number | null = first.length; length !== null;) {
      this.#heard();
      await take(buffer.subarray(0, length));
      const isPicture = this.#options.onAnswered?.() ?? true;
      if (this.#arrived && isPicture) this.#pictures.picture(this.#options.now());
      this.#arrived = false;
      // Silence begins when we listen again.
      this.#heardAtMicros = this.#options.now();
      // Reads that never have to wait leave no turn to timers, and so none to this guest's clocks.
      if (this.#heardAtMicros - this.#tickedAtMicros > 2000 * TICK_MS) await nextTurn();
      length = await this.#connection.read(buffer);
    }
    throw new CaptureVideoError("connection", "Cannot go on: the host closed the connection");
  }

  #heard(): void {
    this.#heardAtMicros = this.#options.now();
    this.#setSilent(false);
  }

  #setSilent(silent: boolean): void {
    if (silent === this.#silent) return;
    this.#silent = silent;
    this.#options.onSilence?.(silent);
  }

  /** Takes the bytes of a host that speaks the protocol. */
  #messages(): (chunk: Uint8Array) => Promise<void> {
    const decoder = new MessageDecoder({ from: "host" });
    return async (chunk) => {
      const replies: GuestMessage[] = [];
      for (const message of decoder.push(chunk)) {
        this.#conduct.check(message);
        const reply = await this.#handle(message);
        if (reply) replies.push(reply);
      }
      if (replies.length > 0) await this.#writer.send(replies);
    };
  }

  /** Takes the bytes of a host that sends one JPEG after another and says nothing about them. */
  #bareJpegs(): (chunk: Uint8Array) => Promise<void> {
    const cutter = new JpegStreamCutter();
    return async (chunk) => {
      for (const jpeg of cutter.push(chunk)) await this.#take(jpeg, undefined);
    };
  }

  async #handle(message: HostMessage): Promise<GuestMessage | undefined> {
    switch (message.type) {
      case "welcome":
        return void this.#options.onWelcome(message);
      case "status":
        this.#pictures.said(message.camera, this.#heardAtMicros);
        return void this.#options.onStatus(message);
      case "frame": {
        const { sequence, capturedAtMicros, jpeg } = message;
        const nowMicros = this.#heardAtMicros;
        const ours = this.#clock.captured({ capturedAtMicros, nowMicros }) ?? UNKNOWN_TIME;
        await this.#take(jpeg, ours);
        return { type: "ack", sequence };
      }
      case "ping": {
        const t3 = this.#options.now();
        return { type: "pong", t1: message.t1, t2: this.#heardAtMicros, t3 };
      }
      case "pong":
        return this.#exchanged(message);
      case "bye":
        throw new CaptureVideoError(
          message.retry === false ? "turned-away" : "refused",
          `Cannot go on: the host says ${message.reason}`,
        );
    }
  }

  async #take(jpeg: Uint8Array, capturedAtMicros: number | undefined): Promise<void> {
    this.#arrived = this.#taking = true;
    await this.#options.onJpeg({ jpeg, capturedAtMicros });
    this.#taking = false;
  }

  #exchanged(pong: { t1: number; t2: number; t3: number }): GuestMessage | undefined {
    if (pong.t1 !== this.#pingSentAtMicros) return undefined;
    this.#clock.measured({ ...pong, t4: this.#heardAtMicros });
    return ++this.#exchanges < FIRST_EXCHANGES ? this.#ping() : undefined;
  }

  #ping(): GuestMessage {
    this.#pingSentAtMicros = Math.trunc(this.#options.now());
    return { type: "ping", t1: this.#pingSentAtMicros };
  }

  #tick(): void {
    const now = this.#tickedAtMicros = this.#options.now();
    const lostMicros = this.#standstill.take();
    // It was us who did not listen.
    this.#startedAtMicros += lostMicros;
    this.#heardAtMicros += lostMicros;
    this.#pictures.excuse(this.#taking ? TICK_MS * 1000 + lostMicros : lostMicros);
    if (this.#taking) return;
    const { timeoutMicros, maxFps = Infinity } = this.#options;
    const limitMicros = Math.max(timeoutMicros, PICTURES_OF_GRACE * 1e6 / maxFps);
    const silence = now - this.#heardAtMicros;
    const answered = this.#speaksProtocol === false || this.#conduct.welcomed;
    if (!answered && now - this.#startedAtMicros > WELCOME_TIMEOUT_MICROS) {
      this.#fail(this.#speaksProtocol ? "no WELCOME within 5 s" : "it says nothing");
    } else if (this.#pictures.owedMicros(now) > limitMicros) {
      this.#fail(`no picture for ${Number((limitMicros / 1e6).toFixed(3))} s`);
    } else if (silence > HOST_SILENCE_LIMIT_MICROS) {
      this.#fail(this.#writer.idle ? "nothing heard for 15 s" : "it has read nothing for 15 s");
    } else if (this.#speaksProtocol) {
      if (silence > SUSPICIOUS_SILENCE_MICROS) this.#setSilent(true);
      const due = silence > ASK_AFTER_MICROS ? ASK_AFTER_MICROS : PING_EVERY_MICROS;
      if (!this.#writer.idle || now - this.#pingSentAtMicros < due) return;
      this.#writer.send([this.#ping()]).catch(ignoreDisconnect);
    }
  }

  #fail(what: string): void {
    this.#failure = new CaptureVideoError("connection", `Cannot go on with the host: ${what}`);
    this.#close();
  }

  /** Says BYE and closes; a host that does not read is not waited for. */
  async #leave(reason: string): Promise<void> {
    const said = this.#writer.send([{ type: "bye", reason }]).catch(ignoreDisconnect);
    const spoken = new AbortController();
    void said.finally(() => spoken.abort());
    await pause(FAREWELL_MS, spoken.signal);
    this.#close();
  }

  /** Closes the connection, once: whoever finds a reason first. */
  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.close();
  }
}

/** A write that fails because the connection is gone is reported by the read that fails as well. */
function ignoreDisconnect(error: unknown): void {
  if (!isDisconnect(error)) throw error;
}
