/**
 * Many guests on one thread, as our own guest receives: by a connection to the host, or by NATS.
 *
 * @module
 */

/// <reference lib="deno.worker" />

import { HostConnection } from "../../lib/guest/host_connection.ts";
import { NatsReader } from "../../lib/nats/reader.ts";
import { monotonicMicros } from "../../lib/opencv/mod.ts";

/** How guests receive. */
export type Door = "direct" | "nats";

/** To the thread. */
export type ToReaders =
  /** Begins so many guests, at a port of this computer; `name` is the host's. */
  | {
    readonly kind: "begin";
    readonly door: Door;
    readonly port: number;
    readonly name: string;
    readonly guests: number;
  }
  /** Counts from now on. */
  | { readonly kind: "count" }
  /** Says what was counted, and ends. */
  | { readonly kind: "end" };

/** From the thread. */
export type FromReaders =
  /** Every guest has had a picture. */
  | { readonly kind: "ready" }
  | {
    readonly kind: "counted";
    readonly bytes: number;
    /** The pictures of each guest. */
    readonly pictures: readonly number[];
    /** The age of each picture on its arrival, in milliseconds. */
    readonly agesMs: readonly number[];
  };

const TIMEOUT_MICROS = 60_000_000;
const stop = new AbortController();
const connections: HostConnection[] = [];
const waiting = new Set<number>();
let pictures: number[] = [];
let agesMs: number[] = [];
let bytes = 0;
let isCounting = false;

self.onmessage = ({ data }: MessageEvent<ToReaders>) => {
  if (data.kind === "begin") return begin(data);
  isCounting = data.kind === "count";
  if (isCounting) return;
  for (const connection of connections) connection.end();
  stop.abort();
  send({ kind: "counted", bytes, pictures, agesMs });
};

function send(message: FromReaders): void {
  self.postMessage(message);
}

function begin({ door, port, name, guests }: Extract<ToReaders, { kind: "begin" }>): void {
  pictures = Array(guests).fill(0);
  agesMs = [];
  for (let guest = 0; guest < guests; guest++) waiting.add(guest);
  for (let guest = 0; guest < guests; guest++) {
    if (door === "direct") receiveDirectly(guest, port);
    else void receiveByNats(guest, port, name);
  }
}

function receiveDirectly(guest: number, port: number): void {
  connections.push(
    new HostConnection({
      dial: async () => {
        const connection = await Deno.connect({ hostname: "127.0.0.1", port });
        connection.setNoDelay(true);
        return connection;
      },
      now: monotonicMicros,
      program: "bench",
      timeoutMicros: TIMEOUT_MICROS,
      onEvent: (event) => event.type === "picture" && note(guest, event),
      onHearing: () => {},
    }),
  );
}

async function receiveByNats(guest: number, port: number, host: string): Promise<void> {
  const nobody = { user: undefined, password: undefined, seed: undefined };
  const noFiles = { ca: undefined, cert: undefined, certKey: undefined };
  const reader = new NatsReader({
    servers: { servers: [`127.0.0.1:${port}`], tls: false, ...nobody, ...noFiles },
    ...{ host, camera: undefined, maxFps: undefined },
    trustWallClock: false,
    timeoutMicros: TIMEOUT_MICROS,
    now: monotonicMicros,
    onEvent: (event) => event.type === "picture" && note(guest, event),
  });
  await reader.run(stop.signal);
}

function note(
  guest: number,
  { jpeg, capturedAtMicros }: { jpeg: Uint8Array; capturedAtMicros: number | undefined },
): void {
  if (waiting.delete(guest) && waiting.size === 0) send({ kind: "ready" });
  if (!isCounting) return;
  bytes += jpeg.length;
  pictures[guest]!++;
  if (capturedAtMicros !== undefined) agesMs.push((monotonicMicros() - capturedAtMicros) / 1000);
}
