/**
 * Which camera is meant where only a host was named.
 *
 * @module
 */

import type { NatsConnection } from "@nats-io/transport-node";
import type { WelcomeMessage } from "../protocol/messages.ts";
import { decodeState } from "./state.ts";
import { statesOf } from "./subjects.ts";

/** Options of {@linkcode firstCamera}. */
export interface FirstCameraOptions {
  readonly connection: NatsConnection;
  readonly host: string;
  /** Runs what must not throw into the connection. */
  readonly guard: (act: () => void) => void;
  /** Called with each welcome that is heard: all cameras of the host are in it. */
  readonly onWelcome: (welcome: WelcomeMessage) => void;
}

/** Waits for the host to say which its first camera is, for as long as that takes. */
export async function firstCamera(
  { connection, host, guard, onWelcome }: FirstCameraOptions,
): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const states = connection.subscribe(statesOf(host), {
    callback: (error, { data }) =>
      guard(() => {
        if (error) return; // what is not permitted is heard elsewhere
        const { welcome } = decodeState(data);
        onWelcome(welcome);
        const first = welcome.cameras?.[0]?.name ?? welcome.camera;
        if (first !== undefined) resolve(first);
      }),
  });
  const first = await promise;
  states.unsubscribe();
  return first;
}
