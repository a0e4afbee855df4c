/**
 * Who takes part in the comparison, and how each one is started.
 *
 * @module
 */

import { guestCommand, hostCommand, PRIVATE } from "./support/own_programs.ts";
import type { Size } from "./support/pattern_file.ts";

/** What every sender and receiver is told. */
export interface Scene extends Size {
  /** Frames a second. */
  readonly fps: number;
  /** JPEG quality, 0–100. */
  readonly quality: number;
  /** The scene as raw BGR pixels: a file. */
  readonly picturePath: string;
  /** The TCP port on which they meet. */
  readonly port: number;
}

/** One way of carrying the picture: two commands. */
export interface Contender {
  /** What it is called on the command line and in the results. */
  readonly name: string;
  /** What it is called in the table. */
  readonly label: string;
  /** Whether its pattern has the number in the bottom rows too, to find pictures cut short. */
  readonly hasFoot: boolean;
  /** Added to the environment of both. */
  readonly env?: Readonly<Record<string, string>>;
  readonly sender: (scene: Scene) => readonly string[];
  readonly receiver: (scene: Scene) => readonly string[];
}

/** Everyone, the floor first and ourselves last. */
export const CONTENDERS: readonly Contender[] = [
  pythonPeer("floor", "bare TCP, TurboJPEG (floor)", "tcp.py", "--codec", "turbojpeg"),
  pythonPeer("tcp", "bare TCP, cv2", "tcp.py"),
  pythonPeer("reqrep", "imageZMQ's REQ/REP", "zmq_req_rep.py"),
  pythonPeer("pubsub", "imageZMQ's PUB/SUB", "zmq_pub_sub.py"),
  pythonPeer("pair", "NetGear's PAIR", "zmq_pair.py"),
  pythonPeer("tutorial", "the tutorial's way", "tutorial.py"),
  {
    name: "ours",
    label: "capturevideo",
    hasFoot: false,
    sender: hostCommand,
    receiver: guestCommand,
  },
  {
    name: "private",
    label: "capturevideo inside TLS",
    hasFoot: false,
    env: PRIVATE,
    sender: (scene) => [...hostCommand(scene), "--share"],
    receiver: guestCommand,
  },
];

/** Debian's Python: the one that Debian's python3-opencv and python3-zmq belong to. */
export const PYTHON = "/usr/bin/python3";

/** The path of a file in benchmarks/peers. */
export function peerPath(file: string): string {
  return new URL(`peers/${file}`, import.meta.url).pathname;
}

/** The arguments that every peer understands. */
export function peerArguments(scene: Scene): string[] {
  return [
    ...["--port", `${scene.port}`, "--picture", scene.picturePath],
    ...["--width", `${scene.width}`, "--height", `${scene.height}`],
    ...["--fps", `${scene.fps}`, "--quality", `${scene.quality}`],
  ];
}

function pythonPeer(name: string, label: string, file: string, ...extra: string[]): Contender {
  const command = (part: string) => (scene: Scene) => [
    ...[PYTHON, peerPath(file), part],
    ...[...peerArguments(scene), ...extra],
  ];
  return { name, label, hasFoot: true, sender: command("send"), receiver: command("receive") };
}
