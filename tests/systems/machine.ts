/**
 * Another computer, with the project on it: a system in a folder of this one.
 *
 * @module
 */

import { Program, type ProgramOptions } from "../support/programs.ts";
import { testUnless } from "../support/test_unless.ts";
import { type SystemRoot, whyNoRoot } from "./system_root.ts";

/** Where the project is there, under a Linux. */
export const PROJECT = "/root/capturevideo";

/** Makes a program the leader of a group, which gets Ctrl-C as a whole, as in a terminal. */
const AS_GROUP = "setsid";

/** How a program ended, and what it wrote. */
export interface Output {
  /** Its exit code. */
  readonly code: number;
  /** Standard output and standard error. */
  readonly words: string;
}

/** The project's folder there, which goes when it is disposed of. */
export interface Project extends AsyncDisposable {
  /** As this machine calls it. */
  readonly folder: string;
}

/** How a task is started there. */
export interface StartOptions extends Pick<ProgramOptions, "onOutput" | "patienceMs"> {
  /** Added to the environment, of which there is little. */
  readonly env?: Readonly<Record<string, string>>;
}

/** One such computer. */
export abstract class Machine implements AsyncDisposable {
  protected readonly root: SystemRoot;
  readonly #project: Project;

  protected constructor(root: SystemRoot, project: Project) {
    this.root = root;
    this.#project = project;
  }

  /** The project's folder, as this machine calls it. */
  get folder(): string {
    return this.#project.folder;
  }

  /** What runs Deno there. */
  protected readonly deno: readonly string[] = ["npx", "--yes", `deno@${Deno.version.deno}`];

  /** The command of this machine that runs one there, in the project's folder. */
  command(args: readonly string[], env: Readonly<Record<string, string>> = {}): string[] {
    return this.root.command(args, { folder: this.folder.slice(this.root.folder.length), env });
  }

  /** Starts a task. */
  start(task: string, args: readonly string[], { env, ...options }: StartOptions = {}): Program {
    const starter = [AS_GROUP, ...this.command([...this.deno, "task", "--quiet"], env)];
    return Program.start(task, args, { ...options, starter });
  }

  /** Runs a task to its end. */
  async run(task: string, ...args: string[]): Promise<Output> {
    return await this.outputOf([...this.deno, "task", "--quiet", task, ...args]);
  }

  /** Runs a command to its end. */
  async outputOf(command: readonly string[]): Promise<Output> {
    const [program = "", ...args] = this.command(command);
    const { code, stdout, stderr } = await new Deno.Command(program, {
      ...{ args, stdin: "null", stdout: "piped", stderr: "piped" },
    }).output();
    const [words, more] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    return { code, words: `${words}${more}`.replaceAll("\r\n", "\n") };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#project[Symbol.asyncDispose]();
  }
}

const reason = await whyNoRoot();

/** A test on such a computer; where there can be none it is skipped, and says why. */
export function machineTest(name: string, fn: (t: Deno.TestContext) => Promise<void>): void {
  testUnless(reason, name, fn);
}
