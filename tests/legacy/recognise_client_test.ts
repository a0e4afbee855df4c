import assert from "node:assert/strict";
import { recogniseClient, SPEAKS_WITHIN_MS } from "../../lib/legacy/recognise_client.ts";
import { FakeTime } from "../support/fake_time.ts";
import { connectionPair } from "../support/peers.ts";

Deno.test("recogniseClient() knows one that speaks, and leaves what it says to be read", async () => {
  const [ours, theirs] = await connectionPair();
  using _close = theirs;
  const say = (text: string) => theirs.write(new TextEncoder().encode(text));
  await say("CV and more");
  const { kind, connection } = await recogniseClient(ours);
  assert.equal(kind, "capturevideo");
  const heard: number[] = [];
  const buffer = new Uint8Array(4);
  await say(", later");
  while (heard.length < "CV and more, later".length) {
    const length = await connection.read(buffer);
    heard.push(...buffer.subarray(0, length!));
  }
  assert.equal(new TextDecoder().decode(Uint8Array.from(heard)), "CV and more, later");
  await connection.write(Uint8Array.of(1, 2));
  assert.equal(await theirs.read(buffer), 2);
  assert.deepEqual([...buffer.subarray(0, 2)], [1, 2]);
  connection.close();
});

Deno.test("recogniseClient() takes one that says nothing for the tutorial's, and still hears it", async () => {
  using time = new FakeTime();
  const [ours, theirs] = await connectionPair();
  using _close = theirs;
  const recognising = recogniseClient(ours);
  await time.advance(SPEAKS_WITHIN_MS);
  const { kind, connection } = await recognising;
  assert.equal(kind, "bare-jpeg");
  await theirs.write(Uint8Array.of(7));
  const buffer = new Uint8Array(4);
  assert.equal(await connection.read(buffer), 1);
  assert.equal(buffer[0], 7);
  connection.close();
  assert.equal(time.waiting, 0);
});

Deno.test("recogniseClient() knows one that has gone, whichever side closed", async () => {
  for (const side of [0, 1] as const) {
    const pair = await connectionPair();
    const recognising = recogniseClient(pair[0]);
    pair[side].close();
    const { kind, connection } = await recognising;
    assert.equal(kind, "gone");
    assert.equal(await connection.read(new Uint8Array(4)), null);
    pair[1 - side]!.close();
  }
});
