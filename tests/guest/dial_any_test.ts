import assert from "node:assert/strict";
import { dialAny } from "../../lib/guest/dial_any.ts";

const NEVER = new AbortController().signal;

/** A place where nobody listens. */
function nobody() {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return { hostname: "127.0.0.1", port: listener.addr.port };
}

Deno.test("dialAny() takes the first place that answers, and leaves no other connection", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const target = { hostname: "127.0.0.1", port: listener.addr.port };
  using connection = await dialAny([nobody(), target, target], NEVER);
  assert.deepEqual(connection.remoteAddr.port, target.port);
  using accepted = await listener.accept();
  assert.equal(accepted.remoteAddr.port, connection.localAddr.port);
});

Deno.test("dialAny() throws what the best place said when none answers", async () => {
  await assert.rejects(dialAny([nobody(), nobody()], NEVER), Deno.errors.ConnectionRefused);
  await assert.rejects(dialAny([nobody()], NEVER), Deno.errors.ConnectionRefused);
});

Deno.test("dialAny() ends with its signal", async () => {
  const stop = new AbortController();
  const reason = new Error("enough");
  stop.abort(reason);
  await assert.rejects(dialAny([nobody(), nobody()], stop.signal), reason);
});
