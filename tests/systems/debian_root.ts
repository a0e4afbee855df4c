/**
 * A Debian of its own in a folder, made once by debootstrap and kept.
 *
 * Programs in it see this machine's network, processes and devices, and none of its files.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { PROJECT_DIRECTORY } from "../../lib/setup/tasks.ts";
import { findMissing, runCommand } from "../../lib/setup/apt.ts";
import { outputOf, textOf } from "../support/commands.ts";

/** Debian 13: its wine runs Deno, that of Debian 12 does not. */
const SUITE = "trixie";

/** Where Debian is, for a machine that gets its own packages from elsewhere. */
const USUAL_MIRROR = "http://deb.debian.org/debian";

/** Makes a program the leader of a group, which gets Ctrl-C as a whole, as in a terminal. */
export const AS_GROUP = "setsid";

/** Says that a root is whole, and of what. */
const STAMP = ".capturevideo-root";

/** Mounts what programs need, and becomes the program, in a folder of the root. */
const ENTER = `
set -e
root=$1 folder=$2
shift 2
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"
exec chroot "$root" sh -c 'cd "$0" && exec "$@"' "$folder" "$@"`;

/** What tells programs by which certificates this machine trusts whom. */
const TRUST_VARIABLES = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"];

/** Where those certificates are, in the root as well. */
export const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/** What a root is made of. */
export interface DebianRootOptions {
  /** Names its folder. */
  readonly name: string;
  /** Debian's packages, besides the smallest system. */
  readonly packages: readonly string[];
  /** What else it is made of: where that changes, it is made anew. */
  readonly contents: string;
  /** Puts in what is not Debian's. */
  readonly finish: (root: DebianRoot) => Promise<void>;
}

/** Why there can be no such root here; `undefined` where there can. */
export async function whyNoDebianRoot(): Promise<string | undefined> {
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
export class DebianRoot {
  /** Absolute. */
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** The root, as it is there or made now, which takes a minute or two. */
  static async make({ name, packages, contents, finish }: DebianRootOptions): Promise<DebianRoot> {
    const root = new DebianRoot(`${PROJECT_DIRECTORY}/.cache/roots/${name}`);
    const stamp = `${root.folder}/${STAMP}`;
    const made = [SUITE, ...packages, contents].join("\n");
    if (existsSync(stamp) && await Deno.readTextFile(stamp) === made) return root;
    const startedAtMs = performance.now();
    await outputOf("rm", ["-rf", root.folder]);
    await Deno.mkdir(root.folder, { recursive: true });
    const include = `--include=${["ca-certificates", ...packages].join()}`;
    const mirror = await ownMirror();
    await outputOf("debootstrap", ["--variant=minbase", include, SUITE, root.folder, mirror]);
    // Names are found, and certificates trusted, as on this machine.
    await root.put("/etc/resolv.conf", "/etc/resolv.conf");
    if (existsSync(CERTIFICATES)) await root.put(CERTIFICATES, CERTIFICATES);
    await finish(root);
    await Deno.writeTextFile(stamp, made);
    const seconds = (performance.now() - startedAtMs) / 1000;
    console.log(`      ${name}: made in ${seconds.toFixed(0)} s`);
    return root;
  }

  /** Copies a file or folder of this machine into the root, whole and under a path of the root. */
  async put(from: string, to: string): Promise<void> {
    const target = this.folder + to;
    await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
    await outputOf("rm", ["-rf", target]);
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
}

/** Where this machine's apt gets Debian from. */
async function ownMirror(): Promise<string> {
  const format = "$(REPO_URI)";
  const filters = ["Created-By: Packages", "Origin: Debian", "Label: Debian", "Component: main"];
  const uris = await textOf("apt-get", ["indextargets", "--format", format, ...filters]);
  return uris.split("\n")[0] || USUAL_MIRROR;
}
