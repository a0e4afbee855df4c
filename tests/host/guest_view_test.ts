import assert from "node:assert/strict";
import type { HelloMessage } from "../protocol/all.ts";
import { FPS, frame, Stage, WELCOME } from "./session_stage.ts";

Deno.test("GuestSession sends a guest that shows the pictures small what fits, where it adapts", async () => {
  const info = { ...WELCOME.source, width: 1280, height: 720 };
  const onHello = () => ({ says: WELCOME, camera: { fps: FPS, info } });
  const hello = { type: "hello", versions: [1], program: "t", view: { width: 640, height: 400 } };
  await using fixed = await Stage.set({ onHello });
  await fixed.guest.send(hello as HelloMessage);
  assert.deepEqual(await fixed.guest.receive(), WELCOME);
  assert.equal(fixed.session.sink.rendition, "full");

  await using stage = await Stage.set({ adapt: true, onHello });
  await stage.guest.send(hello as HelloMessage);
  assert.deepEqual(await stage.guest.receive(), { ...WELCOME, views: true });
  await stage.answerPing();
  const { sink } = stage.session;
  assert.equal(sink.rendition, "half");
  info.width = 320; // the camera came back as another one
  sink.offer(frame(1));
  assert.equal(sink.rendition, "full");
  await stage.frame();
  await stage.guest.send({ type: "ack", sequence: 1 });
  for (const [width, rendition] of [[80, "quarter"], [160, "half"], [undefined, "full"]] as const) {
    await stage.guest.send({ type: "view", ...width && { view: { width, height: 9999 } } });
    await stage.sync();
    assert.equal(sink.rendition, rendition);
  }
});
