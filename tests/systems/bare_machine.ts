/**
 * A computer that has Node, and nothing else of what the programs may use.
 *
 * @module
 */

import { ProjectCopy } from "../support/project_copy.ts";
import { Program } from "../support/programs.ts";
import { outputOf, textOf } from "../support/commands.ts";
import { AS_GROUP, DebianRoot } from "./debian_root.ts";

/** Where the project is on it. */
const PROJECT = "/root/capturevideo";

/** What this machine's Node consists of. */
interface Node {
  /** The program. */
  readonly program: string;
  /** The folder of npm. */
  readonly npm: string;
  readonly version: string;
}

/** A Debian with Node, as this machine has it. */
export class BareMachine implements AsyncDisposable {
  readonly #root: DebianRoot;
  readonly #project: ProjectCopy;

  private constructor(root: DebianRoot, project: ProjectCopy) {
    this.#root = root;
    this.#project = project;
  }

  /** Makes it, and copies the project onto it. */
  static async make(): Promise<BareMachine> {
    const node = await findNode();
    const root = await DebianRoot.make({
      name: "bare",
      packages: ["libstdc++6"],
      contents: node.version,
      finish: async (root) => {
        await root.put(node.program, "/usr/bin/node");
        await root.put(node.npm, "/usr/lib/node_modules/npm");
        for (const name of ["npm", "npx"]) {
          const link = `${root.folder}/usr/bin/${name}`;
          await outputOf("ln", ["-s", `../lib/node_modules/npm/bin/${name}-cli.js`, link]);
        }
      },
    });
    const project = root.folder + PROJECT;
    await outputOf("rm", ["-rf", project]);
    return new BareMachine(root, await ProjectCopy.make(project));
  }

  /** The first of some programs that is there. */
  async find(programs: readonly string[]): Promise<string> {
    const [program = "", ...args] = this.#command(
      "sh",
      "-c",
      `command -v ${programs.join(" ")}; :`,
    );
    return await textOf(program, args);
  }

  /** Starts a task as the README says. */
  start(task: string, args: readonly string[]): Program {
    return Program.start(task, args, {
      starter: [AS_GROUP, ...this.#npx("task", "--quiet")],
    });
  }

  /** Runs a task to its end; what it wrote to standard output. */
  async run(task: string, ...args: string[]): Promise<string> {
    const [program = "", ...rest] = this.#npx("task", "--quiet", task, ...args);
    return await textOf(program, rest);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#project[Symbol.asyncDispose]();
  }

  #npx(...args: string[]): string[] {
    return this.#command("npx", "--yes", `deno@${Deno.version.deno}`, ...args);
  }

  #command(...args: string[]): string[] {
    return this.#root.command(args, { folder: PROJECT, env: {} });
  }
}

async function findNode(): Promise<Node> {
  const program = await textOf("node", ["--print", "process.execPath"]);
  const npm = await textOf("npm", ["root", "--global"]);
  const version = await textOf("node", ["--version"]);
  return { program: program.trim(), npm: `${npm.trim()}/npm`, version: version.trim() };
}
