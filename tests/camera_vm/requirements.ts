/**
 * What a machine needs to run the camera machine, and whether this one has it.
 *
 * @example
 * ```ts
 * import { whyNoCameraMachine } from "./requirements.ts";
 *
 * const reason = await whyNoCameraMachine();
 * console.error(reason ?? "ready");
 * ```
 * @module
 */

import { findMissing } from "../../lib/setup/apt.ts";
import { runCommand } from "../../lib/setup/run_command.ts";

/**
 * The Debian packages. The kernel is not among them: it is downloaded and unpacked, never
 * installed.
 */
export const CAMERA_VM_PACKAGES: readonly string[] = [
  "qemu-system-x86", // the machine
  "busybox-static", // its first program
  "cpio", // packs the initramfs
  "kmod", // orders the modules
  "v4l2loopback-source", // the MJPEG camera's driver, built here with:
  "bzip2",
  "make",
  "g++",
  "gcc", // the USB camera
  "v4l-utils", // inside: unplugs vivid, and is what our own listing is compared with
  "ffmpeg", // inside: feeds the MJPEG camera
  "udev", // inside: links to the USB camera by what it is
];

/** The package whose dependency names Debian's current kernel. */
export const KERNEL_PACKAGE = "linux-image-amd64";

/** Says in a few words why the camera machine cannot run here; `undefined` when it can. */
export async function whyNoCameraMachine(): Promise<string | undefined> {
  if (Deno.build.os !== "linux" || Deno.build.arch !== "x86_64") {
    return `it needs Linux on x86_64, this is ${Deno.build.os} on ${Deno.build.arch}`;
  }
  const missing = await findMissing(CAMERA_VM_PACKAGES);
  if (missing === undefined) return "it needs Debian's packages";
  if (missing.length > 0) return `not installed: ${missing.join(", ")}`;
  if (await kernelRelease() === undefined) return `apt knows no ${KERNEL_PACKAGE}`;
  return undefined;
}

/** The release of Debian's current kernel, such as `6.1.0-56-amd64`, where apt knows it. */
export async function kernelRelease(): Promise<string | undefined> {
  const { code, stdout } = await runCommand("apt-cache", ["depends", KERNEL_PACKAGE]);
  return code === 0 ? /Depends: linux-image-(\d\S+)/.exec(stdout)?.[1] : undefined;
}
