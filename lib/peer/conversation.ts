/**
 * One connection between two that speak the protocol, as it is the same at both ends.
 *
 * @module
 */

import { type ByteConnection, isDisconnect } from "../flow/byte_connection.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import type { ByeMessage, Message } from "../protocol/messages.ts";
import type { FloodGuard } from "./flood_guard.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { Outbox, type OutboxOptions } from "./outbox.ts";

/**
 * Where a connection is in its life: before the welcome, in use, on the way to its end, when what
 * still comes is thrown away, and behind it.
 */
export type ConversationState = "greeting" | "serving" | "leaving" | "closed";

/** How a connection came to its end. */
export interface Ending {
  /** We ended it; the other side said BYE, or stopped sending without a word; the network did. */
  readonly how: "ours" | "bye" | "closed" | "lost";
  /** Why, in words for people. */
  readonly reason: string;
  /** The error that made us end it, or the network's. */
  readonly error?: unknown;
  /** Whether the BYE said that connecting again may be of use. */
  readonly retry?: boolean | undefined;
  /** Whether the BYE said that the host speaks inside TLS only. */
  readonly isPrivate?: boolean;
}

/** Cuts bytes into what they mean. */
export interface PartDecoder<Part> {
  /** What the first `length` bytes complete; iterated to the end, unless the conversation ends. */
  push(chunk: Uint8Array, length: number): Iterable<Part>;
  /** Whether an end would be clean now; always when left out. */
  readonly isBetweenMessages?: boolean;
}

/** What differs between the two ends. */
export interface ConversationOptions<Part> extends OutboxOptions {
  /** The monotonic clock, in microseconds. */
  now: () => number;
  readBytes: number;
  /** How long the other side is given to take a BYE, in microseconds. */
  farewellMicros: number;
  /** Reads the first bytes in another way than the rest, and says how many there are. */
  readFirst?: (into: Uint8Array) => Promise<number>;
  /** Cuts what is read into messages; asked for when the first bytes are there. */
  decoder: () => PartDecoder<Part>;
  /** Notes when something was heard; of one that is not expected to speak, nobody needs to know. */
  heartbeat?: Heartbeat;
  /** Counts what is read, also behind the end; without one there is no limit. */
  guard?: FloodGuard;
  /** Called when something was read, before its messages. */
  onHeard?: () => void;
  onPart: (part: Part) => void;
  /** Called when all that was read is handled; what it returns is waited for before more is read. */
  onHandled?: () => Promise<void>;
  /** Called once, when the end begins. */
  onEnd?: () => void;
  /**
   * Whether the other side is left to close the connection behind our BYE: if we did, it could lose
   * what it has not read yet, BYE included.
   */
  waitsForClose: boolean;
  /** Whether the other side would not understand a BYE; default: it does. */
  isMute?: boolean;
}

/**
 * Reads and writes until either side ends it.
 *
 * - Faults: a `protocol` error in what comes ends it with a BYE that says so.
 * - Close: {@linkcode run} closes the connection before it resolves or rejects; once.
 */
export class Conversation<Part> {
  readonly outbox: Outbox;
  readonly #connection: ByteConnection;
  readonly #options: ConversationOptions<Part>;
  #state: ConversationState = "greeting";
  #ending: Ending | undefined;
  #endedAtMicros = Infinity;
  #bug: { error: unknown } | undefined;

  /** @param connection owned by the conversation from here on */
  constructor(connection: ByteConnection, options: ConversationOptions<Part>) {
    this.#connection = connection;
    this.#options = options;
    this.outbox = new Outbox(connection, options);
  }

  get state(): ConversationState {
    return this.#state;
  }

  get isEnding(): boolean {
    return this.#ending !== undefined;
  }

  /** Notes that the guest was welcomed. */
  serve(): void {
    if (this.#state === "greeting") this.#state = "serving";
  }

  /** Ends it: says BYE with the reason, and leaves the other side a moment to take it. */
  leave(reason: string, { retry, error }: { retry?: false; error?: CaptureVideoError } = {}): void {
    const bye: ByeMessage = { type: "bye", reason, ...(retry === undefined ? {} : { retry }) };
    this.#end({ how: "ours", reason, error }, this.#options.isMute ? undefined : bye);
  }

  /** Ends it at once, without a word to the other side. */
  cut(reason: string, error?: CaptureVideoError): void {
    this.#end({ how: "ours", reason, error });
    this.#close();
  }

  /** Notes that the other side has said BYE. */
  left({ reason, retry, private: isPrivate }: ByeMessage): void {
    this.#end({ how: "bye", reason, retry, ...isPrivate ? { isPrivate } : {} });
  }

  /** Closes the connection to a side that does not take its BYE; to be called about every second. */
  tick(nowMicros: number): void {
    this.#options.guard?.tick();
    if (nowMicros - this.#endedAtMicros > this.#options.farewellMicros) this.#close();
  }

  /** Reads and writes to the end, and gives how that came. */
  async run(): Promise<Ending> {
    const writing = this.outbox.run()
      .then(() => this.#options.waitsForClose ? this.#connection.closeWrite() : this.#close())
      .catch((error) => this.#fail(error));
    // Whichever direction fails first ends the other.
    await this.#read().catch((error) => this.#fail(error));
    this.#close();
    await writing;
    if (this.#bug) throw this.#bug.error;
    return this.#ending!;
  }

  async #read(): Promise<void> {
    const { readBytes, readFirst, onHandled } = this.#options;
    const buffer = new Uint8Array(readBytes);
    let read = readFirst;
    for (;;) {
      try {
        const length = await (read ? read(buffer) : this.#connection.read(buffer));
        read = undefined;
        if (length === null) return this.#closedByThem();
        this.#take(buffer, length);
        if (onHandled && !this.#ending) await onHandled();
      } catch (error) {
        if (!(error instanceof CaptureVideoError)) throw error;
        if (this.#ending || error.code !== "protocol") return this.cut(error.message, error);
        this.leave(error.message, { error });
      }
    }
  }

  #closedByThem(): void {
    const isWhole = this.#options.decoder().isBetweenMessages ?? true;
    this.#end({ how: "closed", reason: isWhole ? "left" : "left in the middle of a message" });
  }

  #take(buffer: Uint8Array, length: number): void {
    const { decoder, guard, heartbeat, now, onHeard, onPart } = this.#options;
    guard?.countBytes(length);
    if (this.#ending) return;
    heartbeat?.heard(now());
    onHeard?.();
    for (const part of decoder().push(buffer, length)) {
      guard?.countMessage();
      onPart(part);
      // What stands behind the end in the same piece is thrown away as well.
      if (this.#ending) return;
    }
  }

  #end(ending: Ending, bye?: Message): void {
    if (this.#ending) return;
    this.#ending = ending;
    this.#state = "leaving";
    this.#endedAtMicros = this.#options.now();
    this.outbox.finish(bye);
    this.#options.onEnd?.();
  }

  /** A connection that is gone is an end like others; anything else is a bug, and thrown as one. */
  #fail(error: unknown): void {
    if (isDisconnect(error)) this.#end({ how: "lost", reason: "connection lost", error });
    else {
      this.#bug ??= { error };
      this.#end({ how: "ours", reason: "failed" });
    }
    this.#close();
  }

  /** Closes the connection, once: whoever finds a reason first. */
  #close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#connection.close();
  }
}

/** The error of a message that may not come now, or not from that side. */
export function wrongMessage({ type }: Message, fromWhom: string): CaptureVideoError {
  return new CaptureVideoError(
    "protocol",
    `Cannot accept ${type.toUpperCase()} from ${fromWhom}`,
  );
}
