import assert from "node:assert/strict";
import { librariesOf } from "../../lib/opencv/libraries.ts";
import {
  ABI_VERSION,
  CAPTURE_SYMBOLS,
  CORE_SYMBOLS,
  ERROR_BYTES,
  SYSTEM_SYMBOLS,
  V4L2_SYMBOLS,
  WINDOW_SYMBOLS,
} from "../../lib/opencv/symbols.ts";

const NATIVE = new URL("../../lib/opencv/native/", import.meta.url);

/** What a C type is for Deno: what a `buffer` points to belongs to JavaScript. */
function denoType(type: string): string {
  const scalars = { void: "void", int32_t: "i32", uint32_t: "u32", uint64_t: "u64", double: "f64" };
  if (type in scalars) return scalars[type as keyof typeof scalars];
  return /^(const )?(char|u?int\d+_t|double|(bridge::)?Error)\*$/.test(type) ? "buffer" : "pointer";
}

/** The prototypes in the sources, as Deno's types of result and parameters. */
async function prototypes(): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for await (const { name } of Deno.readDir(NATIVE)) {
    const text = await Deno.readTextFile(new URL(name, NATIVE));
    for (const match of text.matchAll(/^BRIDGE ([\w:*]+) (\w+)\(([^)]*)\) noexcept/gm)) {
      const [, result, symbol, list] = match as unknown as [string, string, string, string];
      const parameters = list.split(",").map((text) => text.trim()).filter((text) => text !== "");
      const types = parameters.map((text) => text.replace(/\s*\w+$/, ""));
      found.set(symbol, [result, ...types].map(denoType));
    }
  }
  return found;
}

Deno.test("the tables of symbols say what the prototypes in C++ say", async () => {
  const expected = await prototypes();
  const symbols: Deno.ForeignLibraryInterface = {
    ...SYSTEM_SYMBOLS,
    ...CORE_SYMBOLS,
    ...CAPTURE_SYMBOLS,
    ...V4L2_SYMBOLS,
    ...WINDOW_SYMBOLS,
  };
  const named = new Set<string>();
  for (const [key, symbol] of Object.entries(symbols)) {
    assert.ok("parameters" in symbol);
    const name = symbol.name ?? key;
    named.add(name);
    assert.deepEqual([symbol.result, ...symbol.parameters], expected.get(name), key);
  }
  assert.deepEqual([...named].toSorted(), [...expected.keys()].toSorted());
});

Deno.test("each source belongs to a library", () => {
  const toolchains = (["x11", "highgui"] as const).map((windows) => ({
    ...{ compiler: "g++", openCvVersion: "4.6.0", includeFlags: [], libraryFlags: [] },
    ...{ captures: true, windows },
  }));
  const built = toolchains.flatMap(librariesOf).flatMap(({ sources }) => sources);
  const there = Array.from(Deno.readDirSync(NATIVE), ({ name }) => name)
    .filter((name) => name.endsWith(".cpp"));
  assert.deepEqual([...new Set(built)].toSorted(), there.toSorted());
});

Deno.test("the tables of symbols have the numbers of call.h", async () => {
  const header = await Deno.readTextFile(new URL("call.h", NATIVE));
  assert.match(header, new RegExp(`kAbiVersion = ${ABI_VERSION};`));
  assert.match(header, new RegExp(`char text\\[${ERROR_BYTES}\\];`));
});
