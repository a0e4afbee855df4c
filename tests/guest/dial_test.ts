import assert from "node:assert/strict";
import { dial } from "../../lib/guest/dial.ts";

const NEVER = new AbortController().signal;

Deno.test("dial() connects once, whatever it has tried beside that", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  using connection = await dial({ hostname: "127.0.0.1", port }, NEVER);
  using other = await listener.accept();
  await connection.write(Uint8Array.of(7));
  const buffer = new Uint8Array(8);
  assert.equal(await other.read(buffer), 1);
  assert.equal(buffer[0], 7);
});

Deno.test("dial() throws the system's error when it is refused", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await assert.rejects(
    dial({ hostname: "127.0.0.1", port }, NEVER),
    Deno.errors.ConnectionRefused,
  );
});

Deno.test("dial() ends with its signal, and does not begin with one that was aborted", async () => {
  const stop = new AbortController();
  const reason = new Error("the user has had enough");
  stop.abort(reason);
  await assert.rejects(dial({ hostname: "127.0.0.1", port: 1 }, stop.signal), reason);

  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const later = new AbortController();
  const dialling = dial({ hostname: "127.0.0.1", port }, later.signal);
  later.abort(reason);
  await assert.rejects(dialling, reason);
});
