/**
 * USB cameras in the camera machine: the kernel's own `uvcvideo`, the driver of people's webcams, on
 * a camera that is a program. What it is and what it obeys stands in `../usb_camera/main.c`.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { identifyCameras } from "../../../lib/camera/v4l2/cameras.ts";
import { realPath } from "../../../lib/camera/v4l2/driver.ts";
import { JpegEncoder, Mat } from "../../../lib/opencv/mod.ts";
import { linesOf } from "../../../lib/text/lines.ts";
import { USB_CAMERA } from "../job.ts";
import { until } from "./support.ts";

/** In what a camera may differ from the usual one. */
export type Difference = "no-controls" | "yuyv-only";

/** What every camera is called, and its serial number. */
const NAME = "Desk Camera";
const SERIAL = "0001";

/** Where udev names it by what it is. */
export const STABLE_PATH = "/dev/v4l/by-id/usb-Tests_Desk_Camera_0001-video-index0";

const PICTURES_FOLDER = "/tmp/usb_camera_pictures";

/** What the camera films at each of its sizes, but for the number in each JPEG. */
const SIZES = [{ width: 640, height: 480 }, { width: 1280, height: 720 }];

/**
 * A camera on the virtual USB hub.
 *
 * - It is plugged in when it has been started, and unplugged when it is disposed of.
 * - Its JPEGs carry their number: {@linkcode UsbCamera.numberOf} finds it where they are untouched.
 */
export class UsbCamera implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: AsyncIterator<string>;
  /** What it heard of controls that the computer set, `SELECTOR VALUE` each. */
  readonly controlsSet: string[] = [];

  private constructor(differences: readonly Difference[]) {
    this.#process = new Deno.Command(USB_CAMERA, {
      args: [PICTURES_FOLDER, NAME, SERIAL, ...differences],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#writer = this.#process.stdin.getWriter();
    this.#lines = linesOf(this.#process.stdout);
  }

  /** Plugs a camera into a port of the hub. */
  static async plug(port: number, ...differences: Difference[]): Promise<UsbCamera> {
    await films();
    const camera = new UsbCamera(differences);
    await camera.command(`plug ${port}`);
    return camera;
  }

  /** Gives it a command, and waits until it has obeyed. */
  async command(command: string): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(`${command}\n`));
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`Cannot have the USB camera obey "${command}": it has ended`);
      if (value === "ok") return;
      this.controlsSet.push(value.replace("set ", ""));
    }
  }

  /** Has it send these bytes instead of so many pictures. */
  async send(bytes: Uint8Array, times: number): Promise<void> {
    const path = `${PICTURES_FOLDER}/other`;
    await Deno.writeFile(path, bytes);
    await this.command(`send ${path} ${times}`);
  }

  /** What it films at this size, without a number. */
  static async jpeg(width = 640, height = 480): Promise<Uint8Array<ArrayBuffer>> {
    return (await films()).get(`${width}x${height}`)!;
  }

  /** The number of a JPEG that is to the byte as a camera has sent it; else `undefined`. */
  static async numberOf(jpeg: Uint8Array): Promise<number | undefined> {
    const comment = [...jpeg.subarray(2, 6)].join();
    if (comment !== "255,254,0,10") return undefined;
    const behind = Buffer.from(jpeg.subarray(14));
    const isFilmed = [...(await films()).values()].some((film) => behind.equals(film.subarray(2)));
    const number = new TextDecoder().decode(jpeg.subarray(6, 14));
    return isFilmed && /^\d{8}$/.test(number) ? Number(number) : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close();
    await this.#process.status;
    await this.#lines.return?.();
  }
}

/** The device nodes that USB cameras have now. */
export function usbNodes(): string[] {
  return identifyCameras().filter(({ name }) => name === NAME).map(({ path }) => path);
}

/** The device node that {@linkcode STABLE_PATH} leads to, once it does. */
export async function stableNode(): Promise<string> {
  await until("udev has linked to the camera", () => realPath(STABLE_PATH) !== STABLE_PATH);
  return realPath(STABLE_PATH);
}

/** The system's device manager, which makes the links to cameras; what it made goes with it. */
export async function startUdev(): Promise<AsyncDisposable> {
  const process = new Deno.Command("/lib/systemd/systemd-udevd", {
    env: { SYSTEMD_IGNORE_CHROOT: "1" },
    stdin: "null",
    stderr: "null",
  }).spawn();
  await until("udev listens", async () => {
    try {
      return (await Deno.stat("/run/udev/control")).isSocket === true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  });
  return {
    [Symbol.asyncDispose]: async () => {
      process.kill();
      await process.status;
    },
  };
}

let filmed: Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> | undefined;

/** Makes the pictures once. */
function films(): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> {
  return filmed ??= makeFilms();
}

async function makeFilms(): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> {
  await Deno.mkdir(PICTURES_FOLDER, { recursive: true });
  const jpegs = new Map<string, Uint8Array<ArrayBuffer>>();
  await using encoder = new JpegEncoder();
  for (const { width, height } of SIZES) {
    using picture = new Mat(height, width);
    picture.setTo([160, 90, 40]);
    for (let x = 0; x < width; x += 40) {
      picture.drawRectangle({ x, y: x % height }, { x: x + 30, y: height - 1 }, [x % 256, 200, 90]);
    }
    const jpeg = await encoder.encode(picture, { quality: 85 });
    await Deno.writeFile(`${PICTURES_FOLDER}/${width}x${height}.jpg`, jpeg);
    jpegs.set(`${width}x${height}`, jpeg);
  }
  return jpegs;
}
