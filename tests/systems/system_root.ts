/**
 * A Debian or Ubuntu of its own in a folder, made once by debootstrap and kept.
 *
 * Programs in it see this machine's network, processes and devices, and none of its files.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { PROJECT_DIRECTORY } from "../../lib/setup/tasks.ts";
import { findMissing } from "../../lib/setup/apt.ts";
import { runCommand } from "../../lib/setup/run_command.ts";
import { outputOf, textOf } from "../support/commands.ts";
import { DEBIAN_13, type System } from "./systems.ts";

/** Where all roots are. */
const ROOTS = `${PROJECT_DIRECTORY}/.cache/roots`;

/** Where the packages are, for a machine that gets its own from elsewhere. */
const USUAL_MIRRORS = {
  Debian: "http://deb.debian.org/debian",
  Ubuntu: "http://archive.ubuntu.com/ubuntu",
};

/** How debootstrap makes an Ubuntu: the same for all of them, and it need not know the newest. */
const UBUNTU_SCRIPT = "/usr/share/debootstrap/scripts/gutsy";

/** Debian's package of the keys by which Ubuntu's packages are known. */
const UBUNTU_KEYS = {
  package: "ubuntu-keyring",
  file: "/usr/share/keyrings/ubuntu-archive-keyring.gpg",
};

/** Says that a root is whole, and of what. */
const STAMP = ".capturevideo-root";

/** Mounts what programs need, and becomes the program, in a folder of the root. */
const ENTER = `
set -e
root=$1 folder=$2
shift 2
for own in /proc /sys /dev; do mount --rbind "$own" "$root$own"; done
exec chroot "$root" sh -c 'cd "$0" && exec "$@"' "$folder" "$@"`;

/** What tells programs by which certificates this machine trusts whom. */
const TRUST_VARIABLES = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"];

/** Where those certificates are, in the root as well. */
export const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/** What a root is made of. */
export interface RootOptions {
  /** Names its folder. */
  readonly name: string;
  /** What it is. */
  readonly system: System;
  /** Its packages, besides the smallest system. */
  readonly packages: readonly string[];
  /** What else it is made of: where that changes, it is made anew. */
  readonly contents: string;
  /** Puts in what is in none of those packages. */
  readonly finish?: (root: SystemRoot) => Promise<void>;
}

/** Why there can be no such root here; `undefined` where there can. */
export async function whyNoRoot(): Promise<string | undefined> {
  if (Deno.build.os !== "linux" || Deno.build.arch !== "x86_64") {
    return `it needs Linux on x86_64, this is ${Deno.build.os} on ${Deno.build.arch}`;
  }
  if (Deno.uid() !== 0) return "it needs root, for debootstrap and chroot";
  const missing = await findMissing(["debootstrap"]);
  if (missing === undefined) return "it needs Debian's debootstrap";
  if (missing.length > 0) return "debootstrap is not installed";
  const { code } = await runCommand("unshare", ["--mount", "true"]);
  return code === 0 ? undefined : "this machine lets nobody mount anything";
}

/** One root. */
export class SystemRoot {
  /** Absolute. */
  readonly folder: string;

  private constructor(name: string) {
    this.folder = `${ROOTS}/${name}`;
  }

  /** The root, as it is there or made now, which takes a minute or two. */
  static async make(
    { name, system, packages, contents, finish }: RootOptions,
  ): Promise<SystemRoot> {
    const root = new SystemRoot(name);
    const stamp = `${root.folder}/${STAMP}`;
    const made = [system.suite, ...packages, contents].join("\n");
    if (existsSync(stamp) && await Deno.readTextFile(stamp) === made) return root;
    const startedAtMs = performance.now();
    await root.#bootstrap(system, ["ca-certificates", ...packages]);
    // Names are found, and certificates trusted, as on this machine.
    await root.put("/etc/resolv.conf", "/etc/resolv.conf");
    if (existsSync(CERTIFICATES)) await root.put(CERTIFICATES, CERTIFICATES);
    await finish?.(root);
    await Deno.writeTextFile(stamp, made);
    const seconds = (performance.now() - startedAtMs) / 1000;
    console.log(`      ${name}: made in ${seconds.toFixed(0)} s`);
    return root;
  }

  /** Removes it. */
  async remove(): Promise<void> {
    await remove(this.folder);
  }

  /** Another root that is as this one is now, in the place of what had that name. */
  async copy(name: string): Promise<SystemRoot> {
    const root = new SystemRoot(name);
    await remove(root.folder);
    await outputOf("cp", ["-a", "--reflink=auto", this.folder, root.folder]);
    return root;
  }

  /** Copies a file or folder of this machine into the root, whole and under a path of the root. */
  async put(from: string, to: string): Promise<void> {
    const target = this.folder + to;
    await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
    await remove(target);
    await outputOf("cp", ["-rL", from, target]);
  }

  /** The command that runs another one in a folder of the root, with this environment alone. */
  command(
    args: readonly string[],
    { folder, env }: { readonly folder: string; readonly env: Readonly<Record<string, string>> },
  ): string[] {
    const trust = TRUST_VARIABLES.filter((name) => Deno.env.get(name) !== undefined)
      .map((name) => `${name}=${CERTIFICATES}`);
    const variables = Object.entries({
      PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
      LANG: "C.UTF-8",
      HOME: "/root",
      USER: "root",
      ...env,
    }).map(([name, value]) => `${name}=${value}`);
    return [
      ...["unshare", "--mount", "sh", "-c", ENTER, "sh", this.folder, folder],
      ...["env", "-i", ...trust, ...variables, ...args],
    ];
  }

  /** Has a shell of the root run a script, as root at home. */
  async shell(script: string, env: Readonly<Record<string, string>> = {}): Promise<void> {
    const [program = "", ...args] = this.command(["sh", "-ec", script], { folder: "/root", env });
    await outputOf(program, args);
  }

  /** Makes the smallest system, in the place of what was there. */
  async #bootstrap(system: System, packages: readonly string[]): Promise<void> {
    const { suite, origin, components } = system;
    const flags = ["--variant=minbase", `--include=${packages}`, `--components=${components}`];
    const script = [];
    if (origin === "Ubuntu") {
      flags.push(`--keyring=${await ubuntuKeys()}`);
      script.push(UBUNTU_SCRIPT);
    }
    const mirror = await mirrorOf(origin);
    await remove(this.folder);
    await Deno.mkdir(this.folder, { recursive: true });
    await outputOf("debootstrap", [...flags, suite, this.folder, mirror, ...script]);
  }
}

/** Removes a folder; one that was left half made may have the machine's own /proc mounted in it. */
async function remove(folder: string): Promise<void> {
  await outputOf("rm", ["-rf", "--one-file-system", folder]);
}

/** A file of the keys by which Ubuntu's packages are known: those that a Debian trusts. */
async function ubuntuKeys(): Promise<string> {
  const { folder } = await SystemRoot.make({
    ...{ name: "keys", system: DEBIAN_13, packages: [UBUNTU_KEYS.package], contents: "" },
  });
  return folder + UBUNTU_KEYS.file;
}

/** Where this machine's apt gets such packages from. */
async function mirrorOf(origin: System["origin"]): Promise<string> {
  const filters = ["Created-By: Packages", `Origin: ${origin}`, `Label: ${origin}`];
  const uris = await textOf("apt-get", [
    ...["indextargets", "--format", "$(REPO_URI)", ...filters, "Component: main"],
  ]);
  return uris.split("\n")[0] || USUAL_MIRRORS[origin];
}
