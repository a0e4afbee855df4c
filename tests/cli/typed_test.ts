import assert from "node:assert/strict";
import { asTyped } from "../../lib/cli/typed.ts";

Deno.test("asTyped() names the binaries to those who have them, and tasks to others", () => {
  const text = "there: deno task doctor studio, or deno task guest, or deno task setup";
  assert.equal(asTyped(text), text);
  assert.equal(
    asTyped(text, true),
    "there: capturevideo-doctor studio, or capturevideo-guest, or deno task setup",
  );
});
