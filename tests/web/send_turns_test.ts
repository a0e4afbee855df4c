/** What all WebSockets together may hand over in a turn. */

import assert from "node:assert/strict";
import { SendTurns } from "../../lib/web/send_turns.ts";
import { nextTurn } from "../support/until.ts";

Deno.test("SendTurns.take() lets what fits go at once, and the rest in turns, first come first", async () => {
  const turns = new SendTurns(1000);
  const gone: number[] = [];
  const take = (bytes: number) => turns.take(bytes)?.then(() => gone.push(bytes));
  assert.equal(take(400), undefined);
  assert.equal(take(500), undefined);
  const waiting = [take(200), take(300), take(600), take(7000), take(1)];
  assert.ok(waiting.every((promise) => promise));
  assert.deepEqual(gone, []);
  await waiting[0];
  assert.deepEqual(gone, [200, 300]);
  await waiting[2];
  assert.deepEqual(gone, [200, 300, 600]);
  await Promise.all(waiting);
  assert.deepEqual(gone, [200, 300, 600, 7000, 1]);
  await nextTurn();
});
