/**
 * Bad input that ends a program, as rows of a table: what is done to which, the line it says, and how
 * it ends.
 *
 * @module
 */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { Program } from "../support/programs.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/folder.ts";
import { testSideBySide } from "../support/side_by_side.ts";

/** What a row needs around it, freed when the row is done. */
interface Surroundings {
  readonly folder: TemporaryFolder;
  /** Starts a server that treats each connection so. @returns its port */
  serve(treat: (connection: Deno.TcpConn) => Promise<void>): number;
}

/** What is done to a program, and what comes of it. */
export interface EndingRow {
  readonly what: string;
  readonly program: "host" | "guest" | "demo";
  /** Its options; made where the row needs something around it. */
  readonly options: string[] | ((around: Surroundings) => string[] | Promise<string[]>);
  /** Its last line, without the program's name. */
  readonly line: string | RegExp | ((options: readonly string[]) => string);
  readonly code: 1 | 2;
}

/** A host that needs no camera. */
export const SOURCE_TEST = ["--source=test", "--port=0", "--no-preview"];

/** Declares a test of these rows: one line says what is wrong, and nothing that looks like a bug. */
export function testEndings(what: string, rows: readonly EndingRow[]): void {
  testSideBySide(`a program says what is wrong and ends: ${what}`, rows, {
    name: ({ program, what, code }) => `${program} with ${code}: ${what}`,
    test: async ({ program, options, line, code }) => {
      await using around = await surroundings();
      const args = typeof options === "function" ? await options(around) : options;
      const { words, code: ended } = await Program.run(program, args);
      const last = words.at(-1) ?? "";
      assert.ok(last.startsWith(`${program}: `), words.join("\n"));
      const said = last.slice(program.length + 2);
      if (line instanceof RegExp) assert.match(said, line);
      else assert.equal(said, typeof line === "function" ? line(args) : line);
      assert.doesNotMatch(said, /\.$/, "no period at the end");
      assert.ok(words.every((word) => !/^ +at |bug|warning/.test(word)), words.join("\n"));
      assert.equal(ended, code);
    },
  });
}

/** A folder, and servers that end with the row. */
async function surroundings(): Promise<Surroundings & AsyncDisposable> {
  const folder = await temporaryFolder();
  const stack = new AsyncDisposableStack();
  stack.use(folder);
  return {
    folder,
    serve(treat) {
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const connections: Deno.TcpConn[] = [];
      const accepting = (async () => {
        for await (const connection of listener) {
          connections.push(connection);
          await treat(connection);
        }
      })();
      stack.defer(async () => {
        listener.close();
        await accepting;
        for (const connection of connections) connection.close();
      });
      return listener.addr.port;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Makes a file; the option that names it as the source. */
export async function withFile(
  folder: TemporaryFolder,
  name: string,
  text: string,
): Promise<string[]> {
  const path = `${folder.path}/${name}`;
  await Deno.writeTextFile(path, text);
  return [`--source=${path}`];
}

/** What stands behind an option's `=`. */
export function pathIn(option: string | undefined): string {
  return option?.replace(/^[^=]*=/, "") ?? "";
}

/** A guest without a window, and where it connects to. */
export function toPort(port: number): string[] {
  return [`127.0.0.1:${port}`, "--no-window"];
}
