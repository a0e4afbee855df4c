/**
 * A remote channel's pictures by a NATS server, in place of a connection to the host itself.
 *
 * @module
 */

import { viewOf } from "../channel/rendition.ts";
import type { NatsEvent } from "../nats/events.ts";
import type { NatsCamera } from "../nats/settings.ts";
import { monotonicMicros } from "../opencv/mod.ts";
import type { ViewSize, WelcomeMessage } from "../protocol/messages.ts";

/** What is read, and for whom. */
export interface NatsReadingOptions {
  readonly nats: NatsCamera;
  /** How long a live camera may give no picture, in seconds. */
  readonly timeoutSeconds: number;
  /** The most pictures a second that are wanted; `undefined` for all there are. */
  readonly maxFps: number | undefined;
  /** How large the pictures are shown; `undefined` for as large as they are. */
  readonly view: () => ViewSize | undefined;
  /** Called with what happens; what it throws ends the reading. */
  readonly onEvent: (event: NatsEvent) => void;
}

/** A reading that has yet to run. */
export interface NatsReading {
  /** Says that the pictures are shown in another size: no more of them is read than that needs. */
  sendView(): void;
  /** Reads until the signal is aborted. @throws what `NatsReader.run` throws */
  run(signal: AbortSignal): Promise<void>;
}

/** Prepares it; a guest of a host itself loads nothing of it. */
export async function readingByNats(
  { nats, timeoutSeconds, view, onEvent, ...others }: NatsReadingOptions,
): Promise<NatsReading> {
  const { NatsReader } = await import("../nats/reader.ts");
  let welcome: WelcomeMessage | undefined;
  const reader = new NatsReader({
    ...{ ...nats, ...others, now: monotonicMicros, timeoutMicros: timeoutSeconds * 1e6 },
    onEvent: (event) => {
      onEvent(event);
      if (event.type !== "welcome") return;
      welcome = event;
      sendView();
    },
  });
  const sendView = () => {
    if (welcome) reader.shows(viewOf(welcome.source, view()));
  };
  return { sendView, run: (signal) => reader.run(signal) };
}
