/**
 * Which camera is meant where only a host was named.
 *
 * @module
 */

import type { NatsConnection } from "@nats-io/transport-node";
import { unlessStopped } from "../flow/timing.ts";
import { type NatsEvent, nobodyPublishes } from "./events.ts";
import { SUSPICIOUS_SILENCE_MICROS } from "./host_watch.ts";
import { decodeState } from "./state.ts";
import { statesOf } from "./subjects.ts";

/** Options of {@linkcode firstCamera}. */
export interface FirstCameraOptions {
  readonly connection: NatsConnection;
  readonly host: string;
  /** Runs what must not throw into the connection. */
  readonly guard: (act: () => void) => void;
  /** Called with each welcome that is heard, in which all cameras of the host are; or that none is. */
  readonly onEvent: (event: NatsEvent) => void;
}

/**
 * Waits for the host to say which its first camera is, for as long as that takes.
 *
 * @returns `undefined` when the signal is aborted before
 */
export async function firstCamera(
  { connection, host, guard, onEvent }: FirstCameraOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const states = connection.subscribe(statesOf(host), {
    callback: (error, { data }) =>
      guard(() => {
        if (error) return; // what is not permitted is heard elsewhere
        const { welcome } = decodeState(data);
        onEvent(welcome);
        const first = welcome.cameras?.[0]?.name ?? welcome.camera;
        if (first !== undefined) resolve(first);
      }),
  });
  const patience = setTimeout(
    () => guard(() => onEvent(nobodyPublishes(host))),
    SUSPICIOUS_SILENCE_MICROS / 1000,
  );
  const first = await unlessStopped(promise, signal);
  clearTimeout(patience);
  states.unsubscribe();
  return first;
}
