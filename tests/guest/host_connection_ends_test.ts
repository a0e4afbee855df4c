/** How the guest's connection to its host ends. */

import assert from "node:assert/strict";
import { encodeMessage, type HostMessage } from "../protocol/all.ts";
import "../support/bridge.ts";
import { captureVideoError } from "../support/errors.ts";
import { frame, LIVE, readingOnly, Stage } from "./connection_stage.ts";

Deno.test("HostConnection says BYE when it is to end, and resolves", async () => {
  await using stage = await Stage.welcomed();
  stage.connection.end();
  assert.deepEqual(await stage.host.next("bye"), { type: "bye", reason: "the guest ended" });
  assert.equal(await stage.host.receive(), undefined);
  assert.equal(await stage.ended, undefined);
});

Deno.test("HostConnection ends also with a host that reads nothing", async () => {
  await using stage = await Stage.welcomed({ wrap: readingOnly(1) });
  await stage.host.send(frame(1));
  await stage.hasPictures(1);
  stage.connection.end();
  assert.equal(await stage.over(), undefined);
});

/** What the host does, and how the connection then ends. */
const ENDS: [string, (stage: Stage) => Promise<void>, ReturnType<typeof captureVideoError>][] = [
  [
    "says BYE",
    ({ host }) => host.send({ type: "bye", reason: "the video has ended" }),
    captureVideoError("refused", /^Cannot go on: the host says the video has ended$/),
  ],
  [
    "says BYE for good",
    ({ host }) => host.send({ type: "bye", reason: "other versions only", retry: false }),
    captureVideoError("turned-away", /^Cannot go on: the host says other versions only$/),
  ],
  [
    "says WELCOME twice",
    ({ host }) => host.welcome(),
    captureVideoError("protocol", /^Cannot accept WELCOME from the host: it was said before$/),
  ],
  [
    "sends a picture twice",
    ({ host }) => host.send(frame(7), frame(7)),
    captureVideoError("protocol", /^Cannot accept FRAME .*: number 7 does not come after 7$/),
  ],
  [
    "sends an earlier picture",
    ({ host }) => host.send(frame(1), frame(0xffff_ffff)),
    captureVideoError("protocol", /: number 4294967295 does not come after 1$/),
  ],
  [
    "closes the connection",
    ({ host }) => Promise.resolve(host.connection.close()),
    captureVideoError("connection", /^Cannot go on: the host (closed the connection|is gone)$/),
  ],
  [
    "stops sending, and would still read",
    ({ host }) => host.connection.closeWrite(),
    captureVideoError("connection", /^Cannot go on: the host closed the connection$/),
  ],
  [
    "closes in the middle of a picture",
    async ({ host }) => {
      await host.send(Uint8Array.of(0x43, 0x56, 1, 3, 0, 0, 0, 0, 0, 1, 0, 0, 9, 9, 9));
      host.connection.close();
    },
    captureVideoError("connection", /^Cannot go on: the host (closed the connection|is gone)$/),
  ],
  [
    "announces a picture of 4 GB",
    ({ host }) => host.send(Uint8Array.of(0x43, 0x56, 1, 3, 0, 0, 0, 0, 255, 255, 255, 255)),
    captureVideoError("protocol", /4294967295/),
  ],
  [
    "sends what only a guest may",
    ({ host }) => host.send(Uint8Array.of(0x43, 0x56, 1, 4, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 1)),
    captureVideoError("protocol", /^Cannot read message: a host may not send ACK$/),
  ],
];

for (const [what, act, isExpected] of ENDS) {
  Deno.test(`HostConnection rejects when the host ${what}`, async () => {
    await using stage = await Stage.welcomed();
    await act(stage);
    isExpected(await stage.over());
  });
}

/** What a host may not begin with. */
const BEGINNINGS: [string, HostMessage, RegExp][] = [
  ["FRAME", frame(1), /^Cannot accept FRAME from the host: the first message is WELCOME$/],
  ["STATUS", LIVE, /^Cannot accept STATUS from the host: the first message is WELCOME$/],
  ["PING", { type: "ping", t1: 1 }, /^Cannot accept PING .*: the first message is WELCOME$/],
  [
    "a version that was not offered",
    {
      type: "welcome",
      version: 2,
      host: "test",
      source: { description: "", width: 0, height: 0, fps: 0, format: "" },
    },
    /^Cannot talk to a host that chose protocol 2: this guest speaks 1$/,
  ],
];

for (const [what, message, words] of BEGINNINGS) {
  Deno.test(`HostConnection rejects a host that begins with ${what}, and says why`, async () => {
    await using stage = await Stage.set();
    await stage.host.send(message);
    captureVideoError("protocol", words)(await stage.over());
    assert.match((await stage.host.next("bye")).reason, words);
    assert.deepEqual(stage.pictures, []);
  });
}

Deno.test("HostConnection takes any first number, gaps, and the step over the largest", async () => {
  await using stage = await Stage.welcomed();
  for (const sequence of [0xffff_fff0, 0xffff_ffff, 0, 1, 1000]) {
    await stage.host.send(frame(sequence));
    assert.equal((await stage.host.next("ack")).sequence, sequence);
  }
});

Deno.test("HostConnection hands on the picture in front of a BYE, which needs no ACK", async () => {
  await using stage = await Stage.welcomed();
  const bye = { type: "bye", reason: "the video has ended" } as const;
  await stage.host.send(await new Blob([encodeMessage(frame(1)), encodeMessage(bye)]).bytes());
  captureVideoError("refused", /the video has ended$/)(await stage.over());
  assert.equal(stage.pictures.length, 1);
});

Deno.test("HostConnection passes over messages of unknown type, also before WELCOME", async () => {
  await using stage = await Stage.set();
  const unknown = Uint8Array.of(0x43, 0x56, 1, 200, 0, 0, 0, 0, 0, 0, 0, 2, 9, 9);
  await stage.host.send(unknown);
  await stage.host.welcome();
  await stage.host.send(unknown, frame(1));
  await stage.hasPictures(1);
});

Deno.test("HostConnection tells a host what is wrong with what it sends", async () => {
  await using stage = await Stage.welcomed();
  await stage.host.send(new Uint8Array(12));
  assert.match((await stage.host.next("bye")).reason, /^Cannot read message: the other side sent/);
});
