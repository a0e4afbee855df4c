/**
 * What a host says of itself and its cameras: asked without opening any of them.
 *
 * @module
 */

import type { WelcomeMessage } from "../protocol/messages.ts";
import { RemoteChannel, type RemoteChannelSettings } from "./remote_channel.ts";

/** Which host is asked, and how. */
export type CameraQuestion = Omit<
  RemoteChannelSettings,
  "camera" | "list" | "relays" | "reconnect" | "maxFps" | "frames"
>;

/**
 * Asks a host once.
 *
 * @param say called with a line there is to know about keys
 * @param signal ends the asking
 * @returns `undefined` when it was ended before, and of a host of the tutorial, which says nothing
 * @throws {CaptureVideoError} when the host cannot be reached, or does not let us in
 */
export async function welcomeOf(
  question: CameraQuestion,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<WelcomeMessage | undefined> {
  const channel = new RemoteChannel({
    ...question,
    // All cameras of a host are in the state of each.
    nats: question.nats && { ...question.nats, camera: undefined },
    list: true,
    reconnect: false,
    maxFps: undefined,
    frames: 1,
  }, (event) => {
    if (event.kind === "notice") say(event.message);
  });
  await channel.run(signal);
  return channel.welcome;
}
