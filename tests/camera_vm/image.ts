/**
 * The camera machine's kernel and initramfs, built once and kept.
 *
 * Debian's kernel is downloaded and unpacked, not installed; v4l2loopback is compiled against its
 * headers; the initramfs holds a static busybox, the modules and `init.sh`.
 *
 * @example
 * ```ts
 * import { cameraImage } from "./image.ts";
 *
 * const { kernel, initramfs } = await cameraImage();
 * console.log(kernel, initramfs);
 * ```
 * @module
 */

import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { textOf } from "../support/commands.ts";
import { KERNEL_PACKAGE, kernelRelease } from "./requirements.ts";

/** What qemu boots: two files. */
export interface CameraImage {
  /** Path of the compressed kernel. */
  kernel: string;
  /** Path of the compressed initramfs. */
  initramfs: string;
}

/** As many as OpenCV asks for: to a reader that takes fewer, the driver gives one never written. */
export const LOOPBACK_BUFFERS = 4;

/** Where images and everything the machine leaves behind are kept; git ignores it. */
export const CACHE_FOLDER = new URL("../../.cache/camera_vm", import.meta.url).pathname;

const INIT_SCRIPT = new URL("init.sh", import.meta.url).pathname;
const LOOPBACK_SOURCE = "/usr/src/v4l2loopback.tar.bz2";

/** What is loaded, with what each depends on, in this order. */
const MODULES = [
  ...["virtio_pci", "9pnet_virtio", "9p", "overlay"],
  ...["vivid", "videodev", "vhci-hcd", "uvcvideo"],
];

/** `/dev/video0`: one raw-format capture node, that can be unplugged. */
const VIVID_OPTIONS = "n_devs=1 node_types=0x1";

/** `/dev/video10`: a capture node as soon as a program writes MJPEG into it. */
const LOOPBACK_OPTIONS =
  `video_nr=10 card_label=mjpgvideo exclusive_caps=1 max_buffers=${LOOPBACK_BUFFERS}`;

/**
 * The image for Debian's current kernel, from the cache or built now (about 20 s).
 *
 * @throws {Error} when a download or a build step fails; the message carries what it said
 */
export async function cameraImage(): Promise<CameraImage> {
  const release = await kernelRelease();
  if (release === undefined) throw new Error(`Cannot build the image: no ${KERNEL_PACKAGE}`);
  const folder = join(CACHE_FOLDER, `${release}-${await recipeHash()}`);
  const image = { kernel: join(folder, "vmlinuz"), initramfs: join(folder, "initramfs.gz") };
  if (!existsSync(folder)) await build(release, folder);
  return image;
}

/** Changes when a script or a driver's source does, so that the image is built again. */
async function recipeHash(): Promise<string> {
  const parts = [new URL(import.meta.url).pathname, INIT_SCRIPT, LOOPBACK_SOURCE];
  const bytes = await new Blob(await Promise.all(parts.map((part) => Deno.readFile(part)))).bytes();
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return hash.toHex().slice(0, 12);
}

/** Builds beside the cache and moves the result in at the end: a half-built image is never seen. */
async function build(release: string, folder: string): Promise<void> {
  await Deno.mkdir(CACHE_FOLDER, { recursive: true });
  const work = await Deno.makeTempDir({ dir: CACHE_FOLDER, prefix: "build-" });
  try {
    const tree = await unpackKernel(release, work);
    const loopback = await buildLoopback(release, tree, work);
    const image = join(work, "image");
    await Deno.mkdir(image);
    await packInitramfs(await moduleLines(release, tree, loopback), work, image);
    await Deno.copyFile(join(tree, `boot/vmlinuz-${release}`), join(image, "vmlinuz"));
    await Deno.rename(image, folder);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** Downloads kernel, headers and build tools, and unpacks them into one tree. */
async function unpackKernel(release: string, work: string): Promise<string> {
  const headers = `linux-headers-${release}`;
  const depends = await textOf("apt-cache", ["depends", headers]);
  const needed = [...depends.matchAll(/Depends: (linux-(?:headers|kbuild)-\S+)/g)].map((m) =>
    m[1]!
  );
  const packages = [`linux-image-${release}`, headers, ...needed];
  // as root, apt would warn that its own user cannot write here
  const options = ["-o", `APT::Sandbox::User=${Deno.uid() === 0 ? "root" : "_apt"}`];
  await textOf("apt-get", ["download", "-q", ...options, ...packages], { cwd: work });
  const tree = join(work, "tree");
  for await (const { name } of Deno.readDir(work)) {
    if (name.endsWith(".deb")) await textOf("dpkg-deb", ["-x", join(work, name), tree]);
  }
  // newer kernels come in /usr/lib only, where kmod on this side does not look
  const lib = join(tree, "lib");
  if (!existsSync(lib)) await textOf("sh", ["-c", `ln -s usr/lib "$0"`, lib]);
  await textOf("depmod", ["-b", tree, release]);
  return tree;
}

/** Compiles v4l2loopback's module against the unpacked headers. */
async function buildLoopback(release: string, tree: string, work: string): Promise<string> {
  const headers = join(tree, `usr/src/linux-headers-${release}`);
  const makefile = join(headers, "Makefile");
  // it includes the common headers by the path where they would be installed
  const text = await Deno.readTextFile(makefile);
  await Deno.writeTextFile(makefile, text.replaceAll("/usr/src/", join(tree, "usr/src/")));
  await textOf("tar", ["-xjf", LOOPBACK_SOURCE, "-C", work]);
  const source = join(work, "modules/v4l2loopback");
  await textOf("make", ["-C", headers, `M=${source}`, "CONFIG_DEBUG_INFO_BTF_MODULES=", "modules"]);
  const module = join(source, "v4l2loopback.ko");
  await textOf("strip", ["--strip-debug", module]);
  return module;
}

/** The modules' files with their options, each after those it depends on. */
async function moduleLines(release: string, tree: string, loopback: string): Promise<string[]> {
  const lines = new Set<string>();
  for (const module of MODULES) {
    const args = ["-d", tree, "-S", release, "--show-depends", module];
    for (const [, path] of (await textOf("modprobe", args)).matchAll(/^insmod (\S+)/gm)) {
      lines.add(
        module === "vivid" && path!.includes("/vivid.ko") ? `${path} ${VIVID_OPTIONS}` : path!,
      );
    }
  }
  return [...lines, `${loopback} ${LOOPBACK_OPTIONS}`];
}

/** Packs busybox, `init.sh` and the modules; `/modules/list` says what `init.sh` loads. */
async function packInitramfs(modules: string[], work: string, image: string): Promise<void> {
  const root = join(work, "initramfs");
  await Deno.mkdir(join(root, "bin"), { recursive: true });
  await Deno.mkdir(join(root, "modules"));
  await Deno.copyFile("/bin/busybox", join(root, "bin/busybox"));
  await Deno.copyFile(INIT_SCRIPT, join(root, "init"));
  await Deno.chmod(join(root, "init"), 0o755);
  const list: string[] = [];
  for (const line of modules) {
    const [path, ...options] = line.split(" ");
    const name = await placeModule(path!, join(root, "modules"));
    list.push([`/modules/${name}`, ...options].join(" "));
  }
  await Deno.writeTextFile(join(root, "modules/list"), list.join("\n") + "\n");
  const archive = join(image, "initramfs.gz");
  await textOf("sh", ["-c", `find . | cpio -o -H newc --quiet | gzip -1 >"$0"`, archive], {
    cwd: root,
  });
}

/** Copies a module, unpacked where the kernel's package has it compressed: busybox wants it plain. */
async function placeModule(path: string, folder: string): Promise<string> {
  const target = join(folder, basename(path));
  await Deno.copyFile(path, target);
  if (!path.endsWith(".xz")) return basename(path);
  await textOf("xz", ["-d", target]);
  return basename(path, ".xz");
}
