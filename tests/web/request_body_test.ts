/** The body of a request whose sender is not trusted. */

import assert from "node:assert/strict";
import { textOf } from "../support/commands.ts";

Deno.test("readBody() takes no more memory than the body, however small its pieces are", async () => {
  const growth = new URL("body_growth.ts", import.meta.url).href;
  const output = await textOf(Deno.execPath(), [
    ...["run", "-A", "--quiet", "--v8-flags=--expose-gc", growth],
  ]);
  const bytes = parseInt(output);
  assert.ok(bytes < 1_000_000, `${bytes} bytes`);
});
