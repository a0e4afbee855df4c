import assert from "node:assert/strict";
import fc from "fast-check";
import { isDisconnect, writeAll } from "../../lib/flow/byte_connection.ts";
import { connectionPair } from "../support/peers.ts";

Deno.test("writeAll() writes every byte once, in order, whatever the kernel takes at a time", async () => {
  const takes = fc.infiniteStream(fc.integer({ min: 1, max: 5 }));
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), takes, async (bytes, takes) => {
      const written: number[] = [];
      let progress = 0;
      await writeAll(
        {
          write: (rest) => {
            const taken = rest.subarray(0, takes.next().value);
            written.push(...taken);
            return Promise.resolve(taken.length);
          },
        },
        bytes,
        () => progress++,
      );
      assert.deepEqual(written, [...bytes]);
      assert.equal(progress === 0, bytes.length === 0);
    }),
  );
});

Deno.test("isDisconnect() is true of what a connection throws once it is gone", async () => {
  const errors: unknown[] = [];
  const [ours, theirs] = await connectionPair();
  const reading = ours.read(new Uint8Array(1)).catch((error) => errors.push(error));
  ours.close();
  await reading;
  await ours.write(new Uint8Array(1)).catch((error) => errors.push(error));

  const [killed, left] = await connectionPair();
  await left.write(new Uint8Array(10));
  await killed.read(new Uint8Array(1));
  killed.close();
  assert.equal(await left.read(new Uint8Array(1)), null);
  await left.write(new Uint8Array(1)).catch((error) => errors.push(error));
  theirs.close();
  left.close();
  assert.deepEqual(errors.map((error) => (error as Error).name), [
    ...["Interrupted", "BadResource", "BrokenPipe"],
  ]);
  for (const error of errors) assert.ok(isDisconnect(error), String(error));
});

Deno.test("isDisconnect() is true of whatever the network says", () => {
  for (const code of ["EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN", "ENETDOWN", "ETIMEDOUT"]) {
    assert.ok(isDisconnect(Object.assign(new Error("os error"), { code })), code);
  }
  for (const kind of [Deno.errors.BrokenPipe, Deno.errors.ConnectionReset]) {
    assert.ok(isDisconnect(new kind("no code")), kind.name);
  }
});

Deno.test("isDisconnect() is false of faults", () => {
  const coded = Object.assign(new Error("x"), { code: "damaged-jpeg" });
  for (const error of [new TypeError("x"), new Error("x"), coded, undefined, "BrokenPipe"]) {
    assert.equal(isDisconnect(error), false);
  }
});
