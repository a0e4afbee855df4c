/** The body of a request whose sender is not trusted. */

import assert from "node:assert/strict";
import { figuresOf } from "../support/growth.ts";

Deno.test("readBody() takes no more memory than the body, however small its pieces are", async () => {
  const [bytes] = await figuresOf(new URL("body_growth.ts", import.meta.url));
  assert.ok(bytes! < 1_000_000, `${bytes} bytes`);
});
