/**
 * The two cameras of the camera machine, and waiting for them.
 *
 * @module
 */

import { identifyCameras, listCameras } from "../../../lib/camera/v4l2/cameras.ts";
import { type CameraControl, realPath } from "../../../lib/camera/v4l2/driver.ts";
import { capture } from "../../../lib/opencv/ffi.ts";
import { textOf } from "../../support/commands.ts";
import { until as untilSeen } from "../../support/until.ts";

/** The raw-format camera, which can be unplugged. */
export const VIVID = "/dev/video0";

/** The MJPEG camera, which is one only while {@linkcode MjpegCamera} feeds it. */
export const LOOPBACK = "/dev/video10";

const VIVID_DRIVER = "/sys/bus/platform/drivers/vivid";

/** How often a condition is looked at, in milliseconds. */
const LOOK_EVERY_MS = 50;

/** Waits until a condition holds, sparing a processor that is emulated. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  await untilSeen(`that ${what}`, holds, { everyMs: LOOK_EVERY_MS });
}

/** The controls of the camera with that path. */
export function controlsOf(path: string): CameraControl[] {
  return listCameras({ controls: true }).find((camera) => camera.path === path)?.controls ?? [];
}

/**
 * Vivid with its plug pulled: streams have ended, opening fails, the node is still there.
 *
 * It is held open meanwhile: the driver plugs it in again by itself when the last user closes it.
 */
export class UnpluggedVivid {
  readonly #held: Deno.FsFile;

  private constructor(held: Deno.FsFile) {
    this.#held = held;
  }

  /** Pulls the plug. */
  static async pull(): Promise<UnpluggedVivid> {
    const held = await Deno.open(VIVID, { read: true, write: true });
    await pressVivid("disconnect");
    return new UnpluggedVivid(held);
  }

  /** Plugs it in again: the node goes and comes back. */
  async plug(): Promise<void> {
    await setVivid("unbind");
    this.#held.close();
    await setVivid("bind");
  }

  /** Plugs it in again while its number is still taken; {@linkcode plug} gives it that back. */
  async plugElsewhere(): Promise<string> {
    await setVivid("unbind");
    await setVivid("bind");
    return vividPath()!;
  }
}

/** Lets vivid's node vanish, or makes one; nothing happens where it is so already. */
export async function setVivid(action: "bind" | "unbind"): Promise<void> {
  const device = `${VIVID_DRIVER}/vivid.0`;
  const isBound = realPath(device) !== device;
  if (isBound === (action === "bind")) return;
  await Deno.writeTextFile(`${VIVID_DRIVER}/${action}`, "vivid.0");
  if (action === "bind") await until("vivid is back", () => vividPath() !== undefined);
}

function vividPath(): string | undefined {
  return identifyCameras().find(({ name }) => name === "vivid")?.path;
}

/** Presses vivid's buttons, such as `inject_vidioc_streamon_error`, in this order. */
export async function pressVivid(...buttons: string[]): Promise<void> {
  const presses = buttons.map((button) => `${button}=1`).join(",");
  await textOf("v4l2-ctl", ["-d", VIVID, "-c", presses]);
}

/** Another program that streams from vivid, which then nobody else can. */
export class StreamingProgram implements AsyncDisposable {
  readonly #process = new Deno.Command("v4l2-ctl", {
    args: ["-d", VIVID, "--stream-mmap", "--stream-count", "1000000"],
    stdout: "null",
    stderr: "null",
  }).spawn();
  #ended = false;

  /** How the other program is called in messages. */
  get name(): string {
    return `v4l2-ctl (process ${this.#process.pid})`;
  }

  /** Ends it, once. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended) this.#process.kill();
    this.#ended = true;
    await this.#process.status;
  }
}

/** A picture's bytes as a short text that only the same bytes have. */
export async function fingerprint(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/**
 * What the MJPEG camera films: made once, then played again and again. v4l2loopback overwrites the
 * buffer of a reader that falls some pictures behind, so an emulated processor has to keep up.
 */
const CLIP = { size: "640x480", fps: 15, pictures: 15 };

/**
 * A camera that delivers MJPEG: v4l2loopback, fed by ffmpeg.
 *
 * - The JPEGs are handed through untouched: {@linkcode MjpegCamera.fed} has every one.
 * - Disposing of it ends the feeding; the node then is no camera any more.
 */
export class MjpegCamera implements AsyncDisposable {
  readonly #feeder: Deno.ChildProcess;

  private constructor(
    feeder: Deno.ChildProcess,
    /** The fingerprints of all pictures that are fed. */
    readonly fed: ReadonlySet<string>,
  ) {
    this.#feeder = feeder;
  }

  /** Starts feeding, and waits until the node is a camera. */
  static async start(): Promise<MjpegCamera> {
    const { clip, fed } = await madeClip();
    const feeder = new Deno.Command("ffmpeg", {
      args: [
        ...["-loglevel", "error", "-re", "-stream_loop", "-1", "-i", clip],
        ...["-codec", "copy", "-f", "v4l2", LOOPBACK],
      ],
      stdin: "null",
    }).spawn();
    await until("v4l2loopback is a camera", isLoopbackCamera);
    return new MjpegCamera(feeder, fed);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#feeder.kill("SIGKILL");
    await this.#feeder.status;
    await until("nobody has v4l2loopback open", async () => {
      await makeLoopbackOutput();
      return !isLoopbackCamera();
    });
  }
}

function isLoopbackCamera(): boolean {
  return identifyCameras().some(({ path }) => path === LOOPBACK);
}

/**
 * Makes v4l2loopback take pictures again. Its version 0.12.7 does so only after a program that has
 * started an output stream closes it; ffmpeg writes without one. The start itself fails, as
 * nothing was agreed on before, and that is enough.
 */
async function makeLoopbackOutput(): Promise<void> {
  await textOf("/usr/bin/python3", ["-c", START_OUTPUT, LOOPBACK]);
}

/** `VIDIOC_STREAMON` of `V4L2_BUF_TYPE_VIDEO_OUTPUT`. */
const START_OUTPUT = `
import contextlib, fcntl, struct, sys
with open(sys.argv[1], "rb+", buffering=0) as device, contextlib.suppress(OSError):
    fcntl.ioctl(device, 0x40045612, struct.pack("i", 2))
`;

/** Made by the first test that needs it; the tests of other files find it here. */
const CLIP_FOLDER = "/tmp/camera_machine_clip";

async function madeClip(): Promise<{ clip: string; fed: ReadonlySet<string> }> {
  const { size, fps, pictures } = CLIP;
  const clip = `${CLIP_FOLDER}/clip.avi`;
  await Deno.mkdir(CLIP_FOLDER, { recursive: true });
  if ((await Array.fromAsync(Deno.readDir(CLIP_FOLDER))).length <= pictures) {
    await textOf("ffmpeg", [
      ...["-loglevel", "error", "-y", "-f", "lavfi", "-i", `testsrc2=size=${size}:rate=${fps}`],
      ...["-frames:v", String(pictures), "-codec:v", "mjpeg", "-q:v", "5", clip],
    ]);
    await textOf("ffmpeg", [
      ...["-loglevel", "error", "-i", clip, "-codec", "copy", `${CLIP_FOLDER}/%d.jpg`],
    ]);
  }
  const fed = new Set<string>();
  for (let number = 1; number <= pictures; number++) {
    fed.add(await fingerprint(await Deno.readFile(`${CLIP_FOLDER}/${number}.jpg`)));
  }
  return { clip, fed };
}

// Deno's test runner calls a library that stays loaded a leak of the test that first needed it.
capture();
identifyCameras();
