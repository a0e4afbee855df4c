/**
 * The folders of lib/ stand in one order, that of the table in docs/architecture.md: each imports
 * only from those above it. So no two of them can need each other.
 */

import assert from "node:assert/strict";
import { PROJECT_DIRECTORY } from "../lib/setup/tasks.ts";

const table = await Deno.readTextFile(`${PROJECT_DIRECTORY}/docs/architecture.md`);

/** The first column of the table, from the top: `lib/flow`, …, `settings.ts`, `host.ts`, …. */
const ORDER = Array.from(
  table.matchAll(/^\| *(\[.*?) +\|/gm),
  ([, cell = ""]) =>
    Array.from(cell.matchAll(/\[((?:lib\/)?\w+(?:\.ts)?)\/?\]/g), ([, name]) => name!),
).flat();

/** `from "./a.ts"`, `import "./a.ts"`, `import("./a.ts")`, `new URL("./a.ts", import.meta.url)`. */
const IMPORT = /\b(?:from |import |import\(|new URL\()"(\.{1,2}\/[^"]+\.ts)"/g;

/** What an import takes from what, as the table calls them, and where it stands. */
interface Import {
  readonly from: string;
  readonly to: string;
  readonly where: string;
}

/** The row of the table to which a file belongs. */
function rowOf(path: string): string {
  return /^(?:lib\/\w+|settings(?=\/))/.exec(path)?.[0] ?? path;
}

function importsOf(path: string, text: string): Import[] {
  const code = text.replaceAll(/\/\*.*?\*\/|^\s*\/\/.*$/gms, "");
  return Array.from(code.matchAll(IMPORT), ([, relative = ""]) => {
    const to = new URL(relative, `file:///${path}`).pathname.slice(1);
    return { from: rowOf(path), to: rowOf(to), where: `${path} imports ${to}` };
  });
}

/** Every import of the programs and of what they stand on. */
async function readImports(): Promise<Import[]> {
  const imports: Import[] = [];
  const read = async (folder: string, deep: boolean) => {
    for await (const { name, isDirectory } of Deno.readDir(`${PROJECT_DIRECTORY}/${folder}`)) {
      const path = folder + name;
      if (isDirectory && deep) await read(`${path}/`, deep);
      if (!isDirectory && name.endsWith(".ts")) {
        imports.push(...importsOf(path, await Deno.readTextFile(`${PROJECT_DIRECTORY}/${path}`)));
      }
    }
  };
  await read("", false);
  await read("settings/", false);
  await read("lib/", true);
  return imports;
}

const imports = await readImports();
const between = imports.filter(({ from, to }) => from !== to);

Deno.test("docs/architecture.md lists every folder of lib/ and every program once", () => {
  const rows = new Set(between.flatMap(({ from, to }) => [from, to]));
  assert.deepEqual(ORDER.toSorted(), [...rows].sort());
});

Deno.test("every folder imports only from those above it in docs/architecture.md", () => {
  const against = between.filter(({ from, to }) => ORDER.indexOf(to) >= ORDER.indexOf(from));
  assert.deepEqual(against.map(({ where }) => where), []);
});

Deno.test("the settings import from lib/cli alone, and no program from another", () => {
  const programs = ["host.ts", "guest.ts", "camera_demo.ts"];
  const wrong = between.filter(({ from, to }) =>
    from === "settings.ts"
      ? !["lib/cli", "settings"].includes(to)
      : from === "settings"
      ? to !== "lib/cli"
      : programs.includes(to)
  );
  assert.deepEqual(wrong.map(({ where }) => where), []);
});

Deno.test("importsOf() finds an import however it is written, and none in comments", () => {
  const text = `
    import { a } from "../a/a.ts";
    import type {
      B,
    } from "./b/c.ts";
    export * from "../../settings.ts";
    import "../d/d.ts";
    await import("../e/e.ts");
    new Worker(new URL("../f/f.ts", import.meta.url));
    // import "../g/g.ts";
    /** import { h } from "../h/h.ts"; */
    import { i } from "npm";`;
  assert.deepEqual(importsOf("lib/x/x.ts", text).map(({ from, to }) => [from, to]), [
    ["lib/x", "lib/a"],
    ["lib/x", "lib/x"],
    ["lib/x", "settings.ts"],
    ["lib/x", "lib/d"],
    ["lib/x", "lib/e"],
    ["lib/x", "lib/f"],
  ]);
});
