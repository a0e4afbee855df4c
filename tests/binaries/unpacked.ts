/**
 * The archive's binaries, as somebody has them who has unpacked it: nothing else of the project is
 * there, and the environment is empty.
 *
 * @module
 */

import { type Archive, makeArchive } from "../../lib/release/archive.ts";
import { binaryName, type BinaryProgram } from "../../lib/release/binaries.ts";
import { PROJECT_DIRECTORY } from "../../lib/setup/tasks.ts";
import { outputOf } from "../support/commands.ts";
import { Program } from "../support/programs.ts";
import { oldDeno } from "./old_deno.ts";

/** Where archives are made and unpacked. */
const FOLDER = `${PROJECT_DIRECTORY}/.cache/binaries`;

/** Makes a program the leader of a group, and takes its environment away. */
const STARTER = ["setsid", "env", "-i"];

/** How a binary ended, and what it wrote. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** From its start to its end, in milliseconds. */
  readonly ms: number;
}

/** An unpacked archive. */
export class Unpacked {
  /** What was unpacked. */
  readonly archive: Archive;
  /** The folder that came out of it. */
  readonly folder: string;
  /** An empty folder, in which the programs run. */
  readonly elsewhere: string;

  private constructor(
    archive: Archive,
    { folder, elsewhere }: Pick<Unpacked, "folder" | "elsewhere">,
  ) {
    this.archive = archive;
    this.folder = folder;
    this.elsewhere = elsewhere;
  }

  /** Makes an archive as `deno task compile` does, but with an older Deno, and unpacks it. */
  static async make(): Promise<Unpacked> {
    const { deno, runtime } = await oldDeno();
    const archive = await makeArchive({
      into: `${FOLDER}/made`,
      deno,
      // It does not know all of today's types, and by itself trusts nobody but Mozilla's list.
      flags: ["--no-check"],
      env: { DENORT_BIN: runtime, DENO_TLS_CA_STORE: "system" },
      report: (line) => console.log(`      ${line}`),
    });
    const [into, elsewhere] = [`${FOLDER}/unpacked`, `${FOLDER}/elsewhere`];
    for (const folder of [into, elsewhere]) {
      await outputOf("rm", ["-rf", folder]);
      await Deno.mkdir(folder);
    }
    await outputOf("tar", ["-xzf", archive.path, "-C", into]);
    return new Unpacked(archive, { folder: `${into}/${archive.name}`, elsewhere });
  }

  /** Starts a program, with this environment alone. */
  start(
    program: BinaryProgram,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Program {
    return Program.start(this.#path(program), args, {
      directory: this.elsewhere,
      starter: [...STARTER, ...variables(env)],
    });
  }

  /** Runs a program to its end, with an empty environment. */
  run(program: BinaryProgram, ...args: string[]): Promise<Outcome> {
    return outcomeOf(["env", "-i", this.#path(program), ...args], this.elsewhere);
  }

  #path(program: BinaryProgram): string {
    return `${this.folder}/${binaryName(program)}`;
  }
}

/** Runs a command to its end. */
export async function outcomeOf(command: readonly string[], cwd: string): Promise<Outcome> {
  const [program = "", ...args] = command;
  const startedAtMs = performance.now();
  const process = new Deno.Command(program, { args, cwd, stdin: "null" });
  const { code, stdout, stderr } = await process.output();
  const ms = performance.now() - startedAtMs;
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr), ms };
}

function variables(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${value}`);
}
