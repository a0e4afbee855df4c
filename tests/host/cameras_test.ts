/** Which of a host's cameras a guest gets. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import type { Channel } from "../../lib/channel/channel.ts";
import { Cameras } from "../../lib/channel/cameras.ts";
import { until } from "../support/until.ts";
import { ServerStage } from "./server_stage.ts";

const HELLO = { type: "hello", versions: [1], program: "test" } as const;

Deno.test("TcpServer gives a guest the camera that it names, and opens no other", async () => {
  await using stage = new ServerStage();
  const guest = await stage.client("a");
  await guest.send({ ...HELLO, camera: "Door" });
  const { camera, cameras } = await guest.next("welcome");
  assert.equal(camera, "door");
  assert.deepEqual(cameras, [
    { name: "desk", state: "idle", description: "script" },
    { name: "door", state: "idle", description: "script" },
  ]);
  assert.deepEqual(stage.openCameras, ["door"]);
  const other = await stage.client("b");
  await other.send(HELLO);
  assert.equal((await other.next("welcome")).camera, "desk");
  assert.deepEqual(stage.openCameras, ["desk", "door"]);
});

Deno.test("TcpServer names its cameras to who asks for another, for good", async () => {
  await using stage = new ServerStage();
  const guest = await stage.client("a");
  await guest.send({ ...HELLO, camera: "shed" });
  assert.deepEqual(await guest.receive(), {
    type: "bye",
    reason: 'no camera is called "shed"; there are desk and door',
    retry: false,
  });
  assert.deepEqual(stage.openCameras, []);
});

Deno.test("TcpServer lists its cameras without opening one, or taking a guest's place", async () => {
  await using stage = new ServerStage({ maxGuests: 1 });
  await stage.guest("a");
  const asking = await stage.client("b");
  await asking.send({ ...HELLO, list: true });
  const { cameras } = await asking.next("welcome");
  assert.deepEqual(cameras?.map(({ name, state }) => [name, state]), [
    ["desk", "starting"],
    ["door", "idle"],
  ]);
  assert.equal(await asking.farewell(), "these are the cameras");
  asking[Symbol.dispose]();
  await until("the end of the asking", () => stage.log.includes("client b: these are the cameras"));
  assert.deepEqual(stage.peers, ["a"]);
});

Deno.test("Cameras.missing() names one, some, or as many as fit a line", () => {
  const missing = (...names: string[]) =>
    new Cameras(names.map((name) => ({ name }) as Channel)).missing("x");
  assert.equal(missing("a"), 'no camera is called "x"; the only one is called a');
  assert.equal(missing("a", "b", "c"), 'no camera is called "x"; there are a, b and c');
  assert.equal(
    missing(..."abcdefghij"),
    'no camera is called "x"; there are a, b, c, d, e, f, g, h and 2 more',
  );
});
