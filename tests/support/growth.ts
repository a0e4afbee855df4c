/**
 * How memory grows, measured in a process of its own whose garbage can be collected when that is
 * wanted.
 *
 * @module
 */

import { textOf } from "./commands.ts";

/** What a module prints that measures: its figures, in bytes, with spaces between them. */
export async function figuresOf(module: URL): Promise<number[]> {
  const flags = ["run", "-A", "--quiet", "--v8-flags=--expose-gc"];
  const output = await textOf(Deno.execPath(), [...flags, module.href]);
  return output.trim().split(" ").map(Number);
}

/** What is in use when everything is gone that nobody holds, in bytes; for such a module. */
export function bytesInUse(kind: "heapUsed" | "external"): number {
  (globalThis as unknown as { gc(): void }).gc();
  return Deno.memoryUsage()[kind];
}
