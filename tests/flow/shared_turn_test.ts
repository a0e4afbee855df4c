import assert from "node:assert/strict";
import { SharedTurn } from "../../lib/flow/shared_turn.ts";
import { moduleUrl } from "../support/script.ts";
import { nextTurn, until } from "../support/until.ts";

const NEVER = new AbortController().signal;

Deno.test("SharedTurn.take() gives it to one at a time, also over threads", async () => {
  const turn = new SharedTurn();
  const code = `
    import { SharedTurn } from "${moduleUrl("lib/flow/shared_turn.ts")}";
    self.onmessage = async ({ data }) => {
      self.postMessage("asks");
      const taken = await new SharedTurn(data).take(new AbortController().signal);
      self.onmessage = () => taken[Symbol.dispose]();
      self.postMessage("has it");
    };`;
  const url = URL.createObjectURL(new Blob([code], { type: "application/javascript" }));
  const worker = new Worker(url, { type: "module" });
  const said: string[] = [];
  worker.onmessage = ({ data }) => void said.push(data);
  {
    using _ours = await turn.take(NEVER);
    worker.postMessage(turn.memory);
    await until("that the other asks", () => said.includes("asks"));
    assert.deepEqual(said, ["asks"]);
  }
  await until("that the other has it", () => said.includes("has it"));
  let isOurs = false;
  const waiting = turn.take(NEVER).then(() => isOurs = true);
  await nextTurn();
  assert.equal(isOurs, false);
  worker.postMessage("give it back");
  await waiting;
  worker.terminate();
  URL.revokeObjectURL(url);
});

Deno.test("SharedTurn.take() ends its waiting with the signal", async () => {
  const turn = new SharedTurn();
  using _taken = await turn.take(NEVER);
  const stop = new AbortController();
  const waiting = turn.take(stop.signal);
  stop.abort();
  await assert.rejects(waiting, { name: "AbortError" });
});
