/**
 * Who serves in the fan-out benchmark: our host by each of its doors, and the least it can cost.
 *
 * @module
 */

import type { Scene } from "./contenders.ts";
import { hostCommand, PRIVATE } from "./support/own_programs.ts";

/** By what way the readers come: an argument of fanout_reader.c. */
export type Door = "tcp" | "websocket" | "stream";

/** A server that can be measured. */
export interface Server {
  /** Where readers come in. */
  readonly door: Door;
  /** Its command line, with readers let in on the port. */
  readonly command: (port: number) => readonly string[];
  /** Variables for server and readers. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What servers need to know. */
export interface ServerOptions {
  /** What is filmed. */
  readonly scene: Omit<Scene, "picturePath" | "port">;
  /** The path of a Motion JPEG film of the same picture. */
  readonly filmPath: string;
  /** The path of the C server, and the size of its frames. */
  readonly limitPath: string;
  readonly jpegBytes: number;
  /** How many readers there are at most. */
  readonly most: number;
}

/** The servers: what `--servers` calls them, and the tables, in this order. */
export const SERVER_WORDS = {
  ours: "ours",
  tls: "inside TLS",
  film: "film",
  pages: "film to pages",
  streams: "film to streams",
  limit: "limit",
} as const;

/** The name of a server. */
export type ServerName = keyof typeof SERVER_WORDS;

/** All names. */
export const SERVER_NAMES = Object.keys(SERVER_WORDS) as ServerName[];

/** Says how each is started. */
export function serversFor(options: ServerOptions): Readonly<Record<ServerName, Server>> {
  const { scene, filmPath, limitPath, jpegBytes, most } = options;
  const limits = ["--max-guests", `${most}`, "--max-per-address", `${most}`];
  // Readers that are late on a busy machine would be sent smaller pictures, which are compressed.
  const film = ["--source", filmPath, "--loop", "--no-adapt"];
  const host = (port: number, source?: readonly string[]) => [
    ...hostCommand({ ...scene, port }, source),
    ...limits,
  ];
  const byWeb = (port: number) => [...host(0, film), "--web", `${port}`];
  return {
    ours: { door: "tcp", command: (port) => host(port) },
    tls: { door: "tcp", command: (port) => [...host(port), "--share"], env: PRIVATE },
    film: { door: "tcp", command: (port) => host(port, film) },
    pages: { door: "websocket", command: byWeb },
    streams: { door: "stream", command: byWeb },
    limit: {
      door: "tcp",
      command: (port) => [limitPath, `${port}`, `${jpegBytes}`, `${scene.fps}`],
    },
  };
}
