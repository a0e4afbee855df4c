import assert from "node:assert/strict";
import { splitSource } from "../../lib/cli/camera_name.ts";
import { assertUsageError, run, type SettingsSources, sources } from "./support.ts";

/** The cameras that the host then has: their names and sources, and what a test asks of them. */
function cameras(from: SettingsSources, ...facts: ("width" | "quality" | "rotate")[]) {
  return run("host", from).cameras.map((camera) =>
    [camera.name, camera.source, ...facts.map((fact) => camera[fact])].join(" ")
  );
}

Deno.test("splitSource() finds a name in front, and takes no path, URL or pipeline for one", () => {
  const named: ReadonlyArray<[text: string, name: string, source: string]> = [
    ["front=0", "front", "0"],
    ["desk_2=/dev/video2", "desk_2", "/dev/video2"],
    ["küche-1=c920", "küche-1", "c920"],
    ["tür=http://cam/?a=b", "tür", "http://cam/?a=b"],
    ["2=gst:videotestsrc pattern=ball", "2", "gst:videotestsrc pattern=ball"],
    ["a=b=c", "a", "b=c"],
  ];
  for (const [text, name, source] of named) assert.deepEqual(splitSource(text), { name, source });
  const others = [
    ...["0", "test", "/tmp/a=b.mp4", "./a=b.mp4", "clip.a=b.mp4", "C:\\a=b.mp4", "a b=0", "-a=0"],
    ...["http://cam/?a=b", "rtsp://me:p=w@cam/", "gst:videotestsrc pattern=ball", "file:///a=b"],
    ...["HD Pro=0", "=0", `${"a".repeat(33)}=0`],
  ];
  for (const source of others) assert.deepEqual(splitSource(source), { name: undefined, source });
});

Deno.test("resolveSettings() gives one camera without a name what is given", () => {
  const args = ["--source", "test", "--width", "640"];
  assert.deepEqual(cameras(sources({ args }), "width"), ["camera test 640"]);
  assert.deepEqual(cameras(sources({ args: ["--source", "desk=test"] })), ["desk test"]);
  assert.deepEqual(cameras(sources({ env: { CAPTUREVIDEO_SOURCE: "gst:a,b" } })), [
    "camera gst:a,b",
  ]);
  assert.deepEqual(cameras(sources({}, { source: "clip.mp4" })), ["camera clip.mp4"]);
});

Deno.test("resolveSettings() takes several cameras from the command line, and from the file", () => {
  const args = ["--source", "front=0", "--source=desk=/dev/video2", "--quality", "70"];
  assert.deepEqual(cameras(sources({ args }), "quality"), ["front 0 70", "desk /dev/video2 70"]);
  const list = { source: ["front=0", "desk=a,b"], quality: 60 };
  assert.deepEqual(cameras(sources({}, list), "quality"), ["front 0 60", "desk a,b 60"]);
});

const WORKSHOP = {
  width: 800,
  cameras: {
    front: { source: "0", width: 640, rotate: 180 },
    desk: { source: "/dev/video2", quality: 90 },
  },
};

Deno.test("resolveSettings() gives each camera its own, over what the file gives to all", () => {
  assert.deepEqual(cameras(sources({}, WORKSHOP), "width", "quality", "rotate"), [
    "front 0 640 80 180",
    "desk /dev/video2 800 90 0",
  ]);
  const env = { CAPTUREVIDEO_WIDTH: "320" };
  const args = ["--quality", "50"];
  assert.deepEqual(cameras(sources({ env, args }, WORKSHOP), "width", "quality", "rotate"), [
    "front 0 320 50 180",
    "desk /dev/video2 320 50 0",
  ]);
});

Deno.test("resolveSettings() lets a stronger source say which cameras there are", () => {
  const args = ["--source", "Desk=test", "--source", "new=1"];
  assert.deepEqual(cameras(sources({ args }, WORKSHOP), "width", "quality"), [
    "Desk test 800 90",
    "new 1 800 80",
  ]);
  const env = { CAPTUREVIDEO_SOURCE: "test" };
  assert.deepEqual(cameras(sources({ env }, WORKSHOP), "width"), ["camera test 800"]);
  assert.deepEqual(run("demo", sources({}, WORKSHOP)).cameras[0]?.source, "0");
});

Deno.test("resolveSettings() names what is wrong with a camera, and what is allowed", () => {
  const wrong = (config: unknown, ...lines: string[]) =>
    assertUsageError("host", sources({}, config), ...lines);
  const wrongArgs = (args: string[], ...lines: string[]) =>
    assertUsageError("host", sources({ args }), ...lines);
  const file = "in capturevideo.json";
  wrong(
    { cameras: { desk: { source: "0", width: "640", widht: 1, port: 2, fps: 0 } } },
    `"widht" in the camera "desk" ${file} is not an option; did you mean "width"?`,
    `"port" in the camera "desk" ${file} is not an option; did you mean "format"?`,
    `"width" in the camera "desk" ${file} must be an integer from 16 to 16384 pixels, not "640"`,
    `"fps" in the camera "desk" ${file} must be a number from 1 to 1000 frames/s, not 0`,
  );
  for (const value of ["desk", [], {}, null]) {
    wrong(
      { cameras: value },
      `"cameras" ${file} must be an object with cameras by their names, as ` +
        `{ "desk": { "source": "1" } }, not ${JSON.stringify(value)}`,
    );
  }
  const one = (name: string) => `the camera "${name}" ${file} must`;
  wrong({ cameras: { desk: 1 } }, `${one("desk")} be an object such as { "source": "1" }, not 1`);
  wrong({ cameras: { desk: {} } }, `${one("desk")} have one "source"`);
  wrong({ cameras: { desk: { source: ["0", "1"] } } }, `${one("desk")} have one "source"`);
  wrong(
    { cameras: { "my desk": { source: "0" } } },
    `${one("my desk")} have a name of at most 32 letters, digits, - and _, such as desk`,
  );
  wrong(
    { source: "0", cameras: { desk: { source: "0" } } },
    `"source" ${file} and "cameras" beside it exclude each other`,
  );
  wrong({ source: [] }, `"source" ${file} must be a text that is not empty, not []`);
  wrongArgs(
    ["--source", "desk="],
    '--source must have a source behind the =, as in desk=0, not "desk="',
  );
  wrongArgs(
    ["--source", "front=0", "--source", "test"],
    '--source "test" needs a name, as in "front=test": it is not the only one',
  );
  wrongArgs(
    ["--source", "desk=0", "--source", "Desk=1"],
    'two cameras cannot both be called "Desk"',
  );
  wrongArgs(["--cameras", "x"], '--cameras can only be given in capturevideo.json, as "cameras"');
  assertUsageError(
    "host",
    sources({ env: { CAPTUREVIDEO_CAMERAS: "{}" } }),
    'CAPTUREVIDEO_CAMERAS can only be given in capturevideo.json, as "cameras"',
  );
  const many = Array.from({ length: 65 }, (_, n) => ["--source", `c${n}=test`]).flat();
  wrongArgs(many, "there can be at most 64 cameras, not 65");
});

Deno.test("resolveSettings() says what is wrong with a camera that is left out", () => {
  const args = ["--source", "test"];
  const config = { cameras: { desk: { source: "0", rotate: 45 } } };
  assertUsageError(
    "host",
    sources({ args }, config),
    '"rotate" in the camera "desk" in capturevideo.json must be 0, 90, 180 or 270, not 45',
  );
});
