/**
 * What a host says, message by message: whether it may come now, what it means, and the answer.
 *
 * @module
 */

import { isSameCamera } from "../cli/camera_name.ts";
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
import { HostClock } from "../peer/host_clock.ts";
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
  readonly patience: HostPatience;
  /** Which of the host's cameras is wanted; the first when left out. */
  readonly camera: string | undefined;
  readonly onEvent: (event: HostEvent) => void;
}

/** Holds a host's messages against the order that the protocol gives them, and answers them. */
export class HostDialogue {
  readonly #patience: HostPatience;
  readonly #camera: string | undefined;
  readonly #onEvent: (event: HostEvent) => void;
  readonly #clock = new HostClock();
  #welcomed = false;
  #sequence: number | undefined;

  constructor({ patience, camera, onEvent }: HostDialogueOptions) {
    this.#patience = patience;
    this.#camera = camera;
    this.#onEvent = onEvent;
  }

  /**
   * Takes the next message, and gives the answer to it, if there is one at that time.
   *
   * @throws {CaptureVideoError} `protocol`, when it may not come now
   */
  reply(message: Exclude<HostMessage, ByeMessage>, nowMicros: number): GuestMessage | undefined {
    const { heartbeat, pictures } = this.#patience;
    if (message.type !== "welcome" && !this.#welcomed) {
      throw wrongMessage(message, "the host: the first message is WELCOME");
    }
    switch (message.type) {
      case "welcome":
        this.#welcome(message);
        return void this.#onEvent(message);
      case "status":
        pictures.said(message.camera, heartbeat.heardAtMicros);
        return void this.#onEvent(message);
      case "frame": {
        const { sequence, jpeg, capturedAtMicros } = message;
        this.#checkSequence(message);
        const arrival = { capturedAtMicros, nowMicros: heartbeat.heardAtMicros };
        const ours = this.#clock.captured(arrival) ?? UNKNOWN_TIME;
        this.#onEvent({ type: "picture", jpeg, capturedAtMicros: ours });
        return { type: "ack", sequence };
      }
      case "ping":
        heartbeat.asked(message);
        return heartbeat.next(nowMicros);
      case "pong": {
        const exchange = heartbeat.answered(message);
        if (exchange) this.#clock.measured(exchange);
        return heartbeat.next(nowMicros);
      }
      case "nonce":
      case "proof":
        throw wrongMessage(message, "the host: keys are proved before");
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
    if (this.#camera !== undefined) checkCamera(this.#camera, message);
    this.#welcomed = true;
  }

  #checkSequence(message: Extract<HostMessage, { type: "frame" }>): void {
    const { sequence } = message;
    const before = this.#sequence ?? sequence - 1;
    // The numbers wrap around: one is later where less than half of all u32 lie between.
    if (((sequence - before) | 0) <= 0) {
      throw wrongMessage(message, `the host: number ${sequence} does not come after ${before}`);
    }
    this.#sequence = sequence;
  }
}

/** Looks whether the pictures are those of the camera that was named: an older host reads no names. */
function checkCamera(wanted: string, { camera }: WelcomeMessage): void {
  if (camera === undefined) throw hasNoNames(wanted);
  if (isSameCamera(wanted, camera)) return;
  throw new CaptureVideoError(
    "protocol",
    `Cannot show camera ${wanted}: the host sends that of ${camera}`,
  );
}

/** What there is to say of a camera's name where the host's cameras have none. */
export function hasNoNames(camera: string): CaptureVideoError {
  return new CaptureVideoError(
    "turned-away",
    `Cannot show camera ${camera}: the host has one camera, which has no name; leave that out`,
  );
}
