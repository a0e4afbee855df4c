/**
 * A copy of the bridge's sources in a folder of its own, for tests to build, break and change.
 *
 * @module
 */

import { runScript, type ScriptResult } from "../support/script.ts";

const LIB = new URL("../../lib/", import.meta.url);

/** What the bridge is, and the folders that it uses. */
const FOLDERS = ["flow/", "jpeg/", "text/", "cli/", "opencv/", "opencv/native/"];

/** Tells what it was asked to compile in `calls.txt`, and makes an empty library of it. */
const FAKE_COMPILER = `#!/bin/sh
echo "$@" >> "$(dirname "$0")/calls.txt"
while [ $# -gt 0 ]; do
  if [ "$1" = -o ]; then : > "$2"; fi
  shift
done
`;

/** A copy that is removed with its folder when it is disposed of. */
export class BridgeCopy implements AsyncDisposable {
  private constructor(
    /** The folder that has `lib/`. */
    readonly folder: string,
  ) {}

  /** Copies the sources, not what was built of them, and puts a compiler beside that never fails. */
  static async make(): Promise<BridgeCopy> {
    const folder = await Deno.makeTempDir({ prefix: "capturevideo-test-" });
    const copy = new BridgeCopy(folder);
    for (const part of FOLDERS) {
      await Deno.mkdir(`${folder}/lib/${part}`, { recursive: true });
      for await (const { name, isFile } of Deno.readDir(new URL(part, LIB))) {
        if (isFile) await Deno.copyFile(new URL(part + name, LIB), `${folder}/lib/${part}${name}`);
      }
    }
    await copy.replaceCompiler(FAKE_COMPILER);
    return copy;
  }

  /** Where the libraries are built. */
  get buildFolder(): string {
    return `${this.folder}/lib/opencv/.build`;
  }

  /** The compiler that `build` uses. */
  get compiler(): string {
    return `${this.folder}/compiler`;
  }

  /** What the compiler was asked, a call a line. */
  async calls(): Promise<string[]> {
    try {
      return (await Deno.readTextFile(`${this.folder}/calls.txt`)).trim().split("\n");
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }

  /** Puts another script in the compiler's place. */
  async replaceCompiler(script: string): Promise<void> {
    await Deno.writeTextFile(this.compiler, script);
    await Deno.chmod(this.compiler, 0o755);
  }

  /** The URL under which a script imports a file of the copy. */
  url(path: string): string {
    return `file://${this.folder}/${path}`;
  }

  /** Calls `buildBridge()`; what it returns comes as JSON on stdout, what it throws as text. */
  build(options = "{}", env: Record<string, string> = { CXX: this.compiler }) {
    return this.run(
      `import { buildBridge } from "${this.url("lib/opencv/build.ts")}";
      try { console.log(JSON.stringify(await buildBridge(${options}))); }
      catch (error) { console.log(error.code, error.message); }`,
      env,
    );
  }

  /** Runs a script that may build and load this copy. */
  run(code: string, env: Record<string, string> = {}): Promise<ScriptResult> {
    return runScript(code, {
      permissions: [
        "--allow-read",
        `--allow-write=${this.buildFolder}`,
        `--allow-ffi=${this.buildFolder}`,
        "--allow-env=PATH,CXX",
        `--allow-run=g++,pkg-config,${this.compiler}`,
      ],
      env,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}
