/**
 * The project on a computer that has Deno alone: no bridge, no compiler.
 *
 * @module
 */

import { PROJECT_DIRECTORY } from "../../lib/setup/tasks.ts";
import { Program } from "./programs.ts";

/** What the programs consist of; nothing else of the project is there. */
const PARTS = [
  "lib",
  "deno.json",
  "deno.lock",
  "settings.ts",
  "settings",
  "host.ts",
  "guest.ts",
  "camera_demo.ts",
  "doctor.ts",
  ".npmrc",
];

/** A copy that nothing was built in, removed when it is disposed of. */
export class ProjectCopy implements AsyncDisposable {
  private constructor(
    /** The folder that has deno.json. */
    readonly folder: string,
  ) {}

  /** Copies the programs, into a folder that is not there yet, or into a temporary one. */
  static async make(into?: string): Promise<ProjectCopy> {
    const folder = into ?? await Deno.makeTempDir({ prefix: "capturevideo-test-" });
    if (into !== undefined) await Deno.mkdir(into);
    for (const part of PARTS) await copy(`${PROJECT_DIRECTORY}/${part}`, `${folder}/${part}`);
    return new ProjectCopy(folder);
  }

  /** Runs a task by its name, where there is no compiler, to its end. */
  async run(task: string, ...args: string[]): Promise<{ code: number; words: string }> {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", task, ...args],
      cwd: this.folder,
      env: { PATH: this.folder, CXX: "", DISPLAY: "", WAYLAND_DISPLAY: "" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).output();
    return { code, words: new TextDecoder().decode(stderr) };
  }

  /** Starts a program as its task does; what it says can be waited for. */
  start(task: string, args: readonly string[]): Program {
    return Program.start(task, args, { project: this.folder });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

async function copy(from: string, to: string): Promise<void> {
  if ((await Deno.stat(from)).isFile) return await Deno.copyFile(from, to);
  await Deno.mkdir(to);
  for await (const { name } of Deno.readDir(from)) {
    if (name !== ".build") await copy(`${from}/${name}`, `${to}/${name}`);
  }
}
