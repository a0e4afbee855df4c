import assert from "node:assert/strict";
import { PROGRAMS } from "../../lib/cli/option.ts";
import { optionNamesOf, run, type SettingsSources, sources } from "./support.ts";

Deno.test("resolveSettings() prefers command line to environment to file to default", () => {
  const args = ["--quality", "1"];
  const env = { CAPTUREVIDEO_QUALITY: "2" };
  const config = { quality: 3 };
  assert.equal(run("host", sources({ args, env }, config)).quality, 1);
  assert.equal(run("host", sources({ env }, config)).quality, 2);
  assert.equal(run("host", sources({}, config)).quality, 3);
  assert.equal(run("host", sources({})).quality, 80);
});

Deno.test("resolveSettings() decides for each option on its own", () => {
  const { quality, maxGuests, port } = run(
    "host",
    sources({ args: ["--quality", "1"], env: { CAPTUREVIDEO_MAX_GUESTS: "2" } }, { port: 3 }),
  );
  assert.deepEqual([quality, maxGuests, port], [1, 2, 3]);
});

Deno.test("resolveSettings() turns a boolean on and off from every source", () => {
  const cases: ReadonlyArray<[SettingsSources, boolean | undefined]> = [
    [sources({}), undefined],
    [sources({ args: ["--preview"] }), true],
    [sources({ args: ["--no-preview"] }), false],
    [sources({ env: { CAPTUREVIDEO_PREVIEW: "1" } }), true],
    [sources({ env: { CAPTUREVIDEO_PREVIEW: "off" } }), false],
    [sources({}, { preview: true }), true],
    [sources({}, { preview: false }), false],
    [sources({ args: ["--no-preview"] }, { preview: true }), false],
    [sources({ args: ["--preview"], env: { CAPTUREVIDEO_PREVIEW: "0" } }), true],
  ];
  for (const [from, preview] of cases) assert.equal(run("host", from).preview, preview);
});

Deno.test("resolveSettings() replaces a whole list by a stronger source's", () => {
  const env = { CAPTUREVIDEO_CONTROL: "gain=1,hue=-2" };
  const config = { control: ["contrast=3"] };
  assert.deepEqual(run("host", sources({}, config)).control, ["contrast=3"]);
  assert.deepEqual(run("host", sources({ env }, config)).control, ["gain=1", "hue=-2"]);
  const args = ["--control", "a=1", "--control", "b=2"];
  assert.deepEqual(run("host", sources({ args, env }, config)).control, ["a=1", "b=2"]);
});

Deno.test("resolveSettings() takes an empty variable for one that is not set", () => {
  assert.equal(run("host", sources({ env: { CAPTUREVIDEO_PORT: "" } })).port, 65432);
  assert.equal(run("host", sources({ env: { CAPTUREVIDEO_PORT: undefined } })).port, 65432);
});

Deno.test("resolveSettings() passes over variables of other programs and of other things", () => {
  const env = { CAPTUREVIDEO_TIMEOUT: "never", CAPTUREVIDEO_X: "", PORT: "1", HOME: "/" };
  assert.deepEqual(run("host", sources({ env })), run("host", sources({})));
});

Deno.test("resolveSettings() gives exactly the table's options", () => {
  for (const program of PROGRAMS) {
    assert.deepEqual(Object.keys(run(program, sources({}))), optionNamesOf(program));
  }
});

Deno.test("resolveSettings() gives the guest its address in any form", () => {
  const cases: ReadonlyArray<[args: string[], host: string, port: number]> = [
    [["camera"], "camera", 65432],
    [["camera:5000"], "camera", 5000],
    [["::1"], "::1", 65432],
    [["[::1]:5000"], "::1", 5000],
    [["camera", "--port", "5000"], "camera", 5000],
    [["--host", "camera", "--port", "5000"], "camera", 5000],
  ];
  for (const [args, host, port] of cases) {
    const settings = run("guest", sources({ args }));
    assert.deepEqual([settings.host, settings.port], [host, port], args.join(" "));
  }
});

Deno.test("resolveSettings() prefers the address to environment and file", () => {
  const env = { CAPTUREVIDEO_HOST: "b", CAPTUREVIDEO_PORT: "2" };
  const { host, port } = run("guest", sources({ args: ["a:1"], env }, { host: "c", port: 3 }));
  assert.deepEqual([host, port], ["a", 1]);
  assert.equal(run("guest", sources({ args: ["a"], env })).port, 2);
});

Deno.test("resolveSettings() takes from no weaker place what says in another way which camera is meant", () => {
  const nats = "nats://10.0.0.7/studio";
  const none = { host: undefined, camera: undefined, tiles: [], nats: undefined };
  const env = {
    CAPTUREVIDEO_CAMERA: "desk",
    CAPTUREVIDEO_TILES: "b,c",
    CAPTUREVIDEO_NATS: nats,
  };
  const cases: ReadonlyArray<[args: string[], meant: object]> = [
    [["a"], { ...none, host: "a" }],
    [["--host=a"], { ...none, host: "a" }],
    [["a/door"], { ...none, host: "a", camera: "door" }],
    [["rtsp://a/"], { ...none, host: "rtsp://a/" }],
    [[`${nats}/door`], { ...none, nats: `${nats}/door` }],
    [["--tiles=d"], { ...none, tiles: ["d"] }],
    [["--camera=door"], { ...none, nats, camera: "door" }],
    [[], { ...none, nats, camera: "desk", tiles: ["b", "c"] }],
  ];
  const inFile = { camera: "desk", tiles: ["b", "c"], nats };
  for (const [args, meant] of cases) {
    for (const from of [sources({ args, env }), sources({ args }, inFile)]) {
      const { host, camera, tiles, nats } = run("guest", from);
      assert.deepEqual({ host, camera, tiles, nats }, meant, args.join(" "));
    }
  }
  const between = run("guest", sources({ env: { CAPTUREVIDEO_HOST: "a" } }, inFile));
  assert.deepEqual([between.host, between.tiles, between.nats], ["a", [], undefined]);
});
