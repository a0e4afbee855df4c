import assert from "node:assert/strict";
import {
  MAX_WRONG_PROOFS,
  WRONG_PROOF_MEMORY_MICROS,
  WrongProofs,
} from "../../lib/privacy/wrong_proofs.ts";

Deno.test("WrongProofs has an address wait until its first of five is a minute old, and no other", () => {
  let nowMicros = 1_000_000;
  const wrong = new WrongProofs(() => nowMicros);
  for (let count = 0; count < MAX_WRONG_PROOFS; count++) {
    assert.ok(!wrong.mustWait("a"));
    wrong.add("a");
    nowMicros += 1_000_000;
  }
  assert.ok(wrong.mustWait("a"));
  assert.ok(!wrong.mustWait("b"));
  nowMicros = 1_000_000 + WRONG_PROOF_MEMORY_MICROS - 1;
  assert.ok(wrong.mustWait("a"));
  nowMicros++;
  assert.ok(!wrong.mustWait("a"), "one more may be tried");
  wrong.add("a");
  assert.ok(wrong.mustWait("a"));
});

Deno.test("WrongProofs forgets those who were wrong longest ago, of very many", () => {
  const wrong = new WrongProofs(() => 0);
  const addFive = (address: string) => {
    for (let count = 0; count < MAX_WRONG_PROOFS; count++) wrong.add(address);
  };
  addFive("first");
  addFive("second");
  for (let count = 0; count < 9_998; count++) wrong.add(`${count}`);
  assert.ok(wrong.mustWait("first"));
  wrong.add("first");
  wrong.add("one more");
  assert.ok(wrong.mustWait("first"));
  assert.ok(!wrong.mustWait("second"));
});
