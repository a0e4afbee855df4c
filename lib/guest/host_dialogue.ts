/**
 * What a host says, message by message: whether it may come now, what it means, and the answer.
 *
 * @module
 */

import { CaptureVideoError } from "../flow/errors.ts";
import { wrongMessage } from "../peer/conversation.ts";
import { PROTOCOL_VERSION } from "../protocol/header.ts";
import type {
  ByeMessage,
  GuestMessage,
  HostMessage,
  StatusMessage,
  WelcomeMessage,
} from "../protocol/messages.ts";
import { sequenceDistance } from "../protocol/sequence.ts";
import { HostClock } from "./host_clock.ts";
import type { HostPatience } from "./host_patience.ts";
import { type ReceivedJpeg, UNKNOWN_TIME } from "./picture.ts";

/** What happens on a connection to a host, in its order. */
export type HostEvent =
  /** The host has said its first bytes. */
  | { readonly type: "answer" }
  /** It was let in; never said by a host that speaks the tutorial's way. */
  | WelcomeMessage
  /** The host's camera has changed its state. */
  | StatusMessage
  /** A picture has come; it is acknowledged when the handler has returned. */
  | { readonly type: "picture" } & ReceivedJpeg
  /** All that was read is acknowledged: the moment for work that can wait for that. */
  | { readonly type: "answered" };

/** Options of a {@linkcode HostDialogue}. */
export interface HostDialogueOptions {
  /** The monotonic clock, in microseconds. */
  now: () => number;
  /** Called with what the host says. */
  onEvent: (event: HostEvent) => void;
}

/** Holds a host's messages against the order that the protocol gives them, and answers them. */
export class HostDialogue {
  readonly #patience: HostPatience;
  readonly #options: HostDialogueOptions;
  readonly #clock = new HostClock();
  #welcomed = false;
  #sequence: number | undefined;

  /** @param patience told of what was heard @param options who is told as well */
  constructor(patience: HostPatience, options: HostDialogueOptions) {
    this.#patience = patience;
    this.#options = options;
  }

  /**
   * Takes the next message, and gives the answer to it, if there is one.
   *
   * @throws {CaptureVideoError} `protocol`, when it may not come now
   */
  reply(message: Exclude<HostMessage, ByeMessage>): GuestMessage | undefined {
    const { now, onEvent } = this.#options;
    const { heartbeat, pictures } = this.#patience;
    if (message.type !== "welcome" && !this.#welcomed) {
      throw wrongMessage(message, "the host: the first message is WELCOME");
    }
    switch (message.type) {
      case "welcome":
        this.#welcome(message);
        return void onEvent(message);
      case "status":
        pictures.said(message.camera, heartbeat.heardAtMicros);
        return void onEvent(message);
      case "frame": {
        const { sequence, jpeg, capturedAtMicros } = message;
        this.#checkSequence(message);
        const nowMicros = heartbeat.heardAtMicros;
        const ours = this.#clock.captured({ capturedAtMicros, nowMicros }) ?? UNKNOWN_TIME;
        onEvent({ type: "picture", jpeg, capturedAtMicros: ours });
        return { type: "ack", sequence };
      }
      case "ping":
        heartbeat.asked(message);
        return heartbeat.next(now());
      case "pong": {
        const exchange = heartbeat.answered(message);
        if (exchange) this.#clock.measured(exchange);
        return heartbeat.next(now());
      }
    }
  }

  #welcome(message: WelcomeMessage): void {
    if (this.#welcomed) throw wrongMessage(message, "the host: it was said before");
    if (message.version !== PROTOCOL_VERSION) {
      throw new CaptureVideoError(
        "protocol",
        `Cannot talk to a host that chose protocol ${message.version}: this guest speaks ` +
          `${PROTOCOL_VERSION}`,
      );
    }
    this.#welcomed = true;
  }

  #checkSequence(message: Extract<HostMessage, { type: "frame" }>): void {
    const { sequence } = message;
    const before = this.#sequence ?? sequence - 1;
    if (sequenceDistance(before, sequence) <= 0) {
      throw wrongMessage(message, `the host: number ${sequence} does not come after ${before}`);
    }
    this.#sequence = sequence;
  }
}
