/** What the programs say of real cameras. */

import assert from "node:assert/strict";
import { listCameras } from "../../../lib/camera/v4l2/cameras.ts";
import { describeCameras } from "../../../lib/camera/v4l2/describe.ts";
import { taskArguments } from "../../../lib/setup/tasks.ts";
import { jpegSize } from "../../../lib/jpeg/markers.ts";
import { TestGuest } from "../../support/peers.ts";
import { Program } from "../../support/programs.ts";
import { textOf } from "../../support/commands.ts";
import { MjpegCamera, VIVID } from "./support.ts";

const HOST = ["--port=0", "--no-preview"];

Deno.test("--list prints every camera, with --controls their controls too", async (t) => {
  await using _camera = await MjpegCamera.start();
  const lists: [task: string, args: string[], controls: boolean][] = [
    ["host", ["--list", "--controls"], true],
    ["demo", ["--list"], false],
  ];
  for (const [task, args, controls] of lists) {
    await t.step(`${task} ${args.join(" ")}`, async () => {
      const printed = await textOf(Deno.execPath(), [...taskArguments(task), ...args]);
      assert.equal(steady(printed), steady(describeCameras(listCameras({ controls })) + "\n"));
    });
  }
});

/** Without the control that vivid changes by itself. */
function steady(list: string): string {
  return list.replace(/\bgain=\d+/, "gain");
}

Deno.test("the camera is set as requested, and what it does not give is reported", async () => {
  await using host = Program.start("host", [
    ...[...HOST, "--source=0", "--width=700", "--height=500", "--fps=25"],
    ...["--control=brightness=77", "--control=hue=-5"],
  ]);
  using guest = await TestGuest.connect(await host.port());
  await guest.hello();
  assert.deepEqual(jpegSize((await guest.picture()).jpeg), { width: 640, height: 480 });
  await host.line(
    /the camera gives 640x480 at 25 frames\/s instead of 700x500 at 25; --list shows/,
  );
  const printed = await textOf("v4l2-ctl", ["-d", VIVID, "-C", "brightness,hue"]);
  assert.deepEqual(printed.trim().split("\n"), ["brightness: 77", "hue: -5"]);
  await textOf("v4l2-ctl", ["-d", VIVID, "-c", "brightness=128,hue=0"]);
});

Deno.test("what the page may change reaches the driver, and stays when the camera is opened again", async () => {
  await using host = Program.start("host", [
    ...[...HOST, "--source=0", "--width=640", "--height=480", "--fps=25"],
    ...["--web=0", "--controls-from-page"],
  ]);
  const { text } = await host.line(/in a browser: /);
  const url = /\S+$/.exec(text)![0];
  const picture = async () => {
    const answer = await fetch(`${url}snapshot`);
    return new Uint8Array(await answer.arrayBuffer());
  };
  const change = async (changes: Record<string, unknown>) => {
    const answer = await fetch(`${url}controls`, { method: "POST", body: JSON.stringify(changes) });
    return { status: answer.status, said: await answer.text() };
  };
  assert.deepEqual(jpegSize(await picture()), { width: 640, height: 480 });
  assert.equal((await change({ brightness: 201, hue: 7 })).status, 200);
  const ofDriver = () => textOf("v4l2-ctl", ["-d", VIVID, "-C", "brightness,hue"]);
  assert.equal(await ofDriver(), "brightness: 201\nhue: 7\n");
  const { status, said } = await change({ contrast: 3, brightness: 256 });
  assert.deepEqual([status, said], [400, "Cannot set brightness to 256: it is 0 to 255\n"]);
  const { controls } = JSON.parse((await change({ size: "320x180" })).said);
  const named = (name: string) => controls.find((one: { name: string }) => one.name === name);
  assert.equal(named("brightness").value, 201);
  assert.ok(named("size").choices.some(([size]: [string]) => size === "1280x720"));
  await host.line(/vivid \(\/dev\/video0\): 320x180 at /);
  assert.deepEqual(jpegSize(await picture()), { width: 320, height: 180 });
  await textOf("v4l2-ctl", ["-d", VIVID, "-c", "brightness=128,hue=0"]);
});

Deno.test("wrong cameras, formats and controls end the host with one line", async (t) => {
  const offered = listCameras({ controls: false })
    .flatMap(({ formats }) => formats.map(({ fourcc }) => fourcc.toLowerCase()));
  const cases: [args: string[], code: number, line: string][] = [
    [
      ["--source=/dev/video7"],
      1,
      'Cannot find camera /dev/video7: the cameras are 0 "vivid" (/dev/video0)',
    ],
    [["--source=c920"], 1, 'Cannot find camera c920: the cameras are 0 "vivid" (/dev/video0)'],
    [
      ["--source=0", "--format=mjpg"],
      1,
      "Cannot open vivid (/dev/video0): it does not deliver MJPG; " +
      `--format can be auto or ${offered.join(", ")}`,
    ],
    [
      ["--source=0", "--control=brightness=300"],
      2,
      "Cannot set brightness to 300: it is 0 to 255",
    ],
  ];
  for (const [args, code, line] of cases) {
    await t.step(args.join(" "), async () => {
      const ending = await Program.run("host", [...HOST, ...args]);
      assert.deepEqual(ending, { code, words: [`host: ${line}`] });
    });
  }
});
