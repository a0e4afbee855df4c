/**
 * A computer as people have it who get their packages by apt: it has Node, and nothing yet of what
 * the project needs.
 *
 * @module
 */

import { outputOf, textOf } from "../support/commands.ts";
import { PROJECT_DIRECTORY } from "../../lib/setup/tasks.ts";
import { Machine, PROJECT } from "./machine.ts";
import { SystemRoot } from "./system_root.ts";
import type { System } from "./systems.ts";

/** The system's own Node; what apt fetched for it does not stay. */
const INSTALL_NODE = `
apt-get update
apt-get install --yes --no-install-recommends nodejs npm
rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb`;

/** Such a computer, new each time. */
export class PreparedMachine extends Machine {
  /** Makes it, and puts on it what a clone of the project has. */
  static async make(system: System): Promise<PreparedMachine> {
    const unused = await SystemRoot.make({
      name: system.suite,
      system,
      packages: [],
      contents: INSTALL_NODE,
      finish: (root) => root.shell(INSTALL_NODE, { DEBIAN_FRONTEND: "noninteractive" }),
    });
    const root = await unused.copy(`${system.suite}-in-use`);
    await clone(root.folder + PROJECT);
    return new PreparedMachine(root, {
      folder: root.folder + PROJECT,
      [Symbol.asyncDispose]: () => root.remove(),
    });
  }
}

/** Copies what a clone would have if all that is here were committed. */
async function clone(folder: string): Promise<void> {
  const files = await textOf("git", [
    ...["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "-z"],
  ], { cwd: PROJECT_DIRECTORY });
  await Deno.mkdir(folder);
  await outputOf("cp", ["--parents", ...files.split("\0").filter((name) => name), folder], {
    cwd: PROJECT_DIRECTORY,
  });
}
