/**
 * A computer that has Node, and nothing else of what the programs may use.
 *
 * @module
 */

import { outputOf, textOf } from "../support/commands.ts";
import { ProjectCopy } from "../support/project_copy.ts";
import { Machine, PROJECT } from "./machine.ts";
import { SystemRoot } from "./system_root.ts";
import { DEBIAN_13 } from "./systems.ts";

/** What this machine's Node consists of. */
interface Node {
  /** The program. */
  readonly program: string;
  /** The folder of npm. */
  readonly npm: string;
  readonly version: string;
}

/** A Debian with Node, as this machine has it: Debian's own npm comes with Python. */
export class BareMachine extends Machine {
  /** Makes it, and copies the project onto it. */
  static async make(): Promise<BareMachine> {
    const node = await findNode();
    const root = await SystemRoot.make({
      name: "bare",
      system: DEBIAN_13,
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

  /** Where those of some programs are that are there. */
  async find(programs: readonly string[]): Promise<string> {
    const script = `for name in ${programs.join(" ")}; do command -v "$name"; done`;
    return (await this.outputOf(["sh", "-c", script])).words;
  }
}

async function findNode(): Promise<Node> {
  const program = await textOf("node", ["--print", "process.execPath"]);
  const npm = await textOf("npm", ["root", "--global"]);
  const version = await textOf("node", ["--version"]);
  return { program: program.trim(), npm: `${npm.trim()}/npm`, version: version.trim() };
}
