/**
 * A computer that has the binaries and nothing else: no OpenCV, no Deno, no Node.
 *
 * @module
 */

import { binaryName, type BinaryProgram } from "../../../lib/release/binaries.ts";
import { Program } from "../../support/programs.ts";
import { SystemRoot } from "../../systems/system_root.ts";
import { DEBIAN_13 } from "../../systems/systems.ts";
import { type Outcome, outcomeOf, type Unpacked } from "../unpacked.ts";

/** Where the binaries are on it. */
const FOLDER = "/opt/capturevideo";

/** The smallest Debian, with the binaries. */
export class BareComputer {
  readonly #root: SystemRoot;

  private constructor(root: SystemRoot) {
    this.#root = root;
  }

  /** Makes it, and copies the binaries onto it. */
  static async make({ folder }: Unpacked): Promise<BareComputer> {
    const root = await SystemRoot.make({
      ...{ name: "binaries", system: DEBIAN_13, packages: [], contents: "" },
    });
    await root.put(folder, FOLDER);
    return new BareComputer(root);
  }

  /** Starts a program. */
  start(program: BinaryProgram, args: readonly string[]): Program {
    const [starter, path] = this.#command(program);
    return Program.start(path, args, { starter: ["setsid", ...starter] });
  }

  /** Runs a program to its end. */
  run(program: BinaryProgram, ...args: string[]): Promise<Outcome> {
    const [starter, path] = this.#command(program);
    return outcomeOf([...starter, path, ...args], "/");
  }

  #command(program: BinaryProgram): [starter: string[], path: string] {
    const path = `${FOLDER}/${binaryName(program)}`;
    return [this.#root.command([], { folder: "/", env: {} }), path];
  }
}
