import assert from "node:assert/strict";
import { environmentNameOf, flagsOf } from "../lib/cli/names.ts";
import { GROUPS, type Program, PROGRAMS } from "../lib/cli/option.ts";
import { resolveSettings } from "../lib/cli/resolve.ts";
import { readValue } from "../lib/cli/values.ts";
import { HOST, OPTIONS, PORT, type Settings } from "../settings.ts";
import { definitionFor, optionNamesOf, spec } from "./cli/support.ts";

/** `true` where two types are the same: what a wrong inference cannot be assigned to. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;

/** Every option of every program, as that program has it. */
const ENTRIES = PROGRAMS.flatMap((program) =>
  optionNamesOf(program).map((name) => ({
    program,
    name,
    definition: definitionFor(program, name),
  }))
);

function defaultsOf<P extends Program>(program: P): Settings<P> {
  return resolveSettings(spec(program), []);
}

Deno.test("HOST and PORT are the tutorial's and the defaults of host and guest", () => {
  assert.deepEqual([HOST, PORT], ["127.0.0.1", 65432]);
  assert.deepEqual([OPTIONS.host.default, OPTIONS.port.default], [HOST, PORT]);
});

/** What a camera is asked for by default. */
const CAMERA: Settings<"host">["cameras"][number] = {
  name: "camera",
  source: "0",
  width: 1280,
  height: 720,
  fps: 30,
  format: "auto",
  control: [],
  loop: false,
  wait: false,
  deviceTimeout: 3,
  linger: 10,
  sourceKeyFile: undefined,
  sourceKey: undefined,
  sourceOpen: false,
  rotate: 0,
  flip: "none",
  timestamp: false,
  quality: 80,
  passthrough: "auto",
};

/** What host and guest have by default of what NATS needs. */
const OF_NATS = {
  nats: undefined,
  natsUser: undefined,
  natsPassword: undefined,
  natsPasswordFile: undefined,
  natsNkeyFile: undefined,
  natsCa: undefined,
  natsCert: undefined,
  natsCertKey: undefined,
  trustWallClock: false,
};

Deno.test("Settings<host> has these defaults", () => {
  const { name: _, ...ofEach } = CAMERA;
  assert.deepEqual(defaultsOf("host"), {
    ...ofEach,
    source: ["0"],
    cameras: [CAMERA],
    adapt: true,
    host: "127.0.0.1",
    port: 65432,
    name: undefined,
    announce: true,
    maxGuests: 64,
    maxPerAddress: 32,
    legacy: false,
    web: undefined,
    cert: undefined,
    certKey: undefined,
    controlsFromPage: false,
    qr: false,
    share: false,
    newKey: false,
    open: false,
    keyFile: undefined,
    key: undefined,
    ...OF_NATS,
    preview: undefined,
    stats: "off",
    list: false,
    controls: false,
  });
});

Deno.test("Settings<guest> has these defaults", () => {
  assert.deepEqual(defaultsOf("guest"), {
    host: undefined,
    port: 65432,
    camera: undefined,
    tiles: [],
    all: false,
    timeout: 10,
    maxFps: undefined,
    reconnect: true,
    maxGuests: 64,
    maxPerAddress: 32,
    share: false,
    open: false,
    keyFile: undefined,
    key: undefined,
    forget: undefined,
    ...OF_NATS,
    web: undefined,
    cert: undefined,
    certKey: undefined,
    qr: false,
    browser: true,
    window: undefined,
    overlay: false,
    maxAge: 1000,
    output: undefined,
    overwrite: false,
    frames: undefined,
    duration: undefined,
    stats: "off",
    list: false,
    find: false,
    json: false,
  });
});

Deno.test("Settings<doctor> names no host", () => {
  assert.deepEqual(defaultsOf("doctor"), {
    host: undefined,
    port: 65432,
    open: false,
    keyFile: undefined,
    key: undefined,
    json: false,
  });
});

Deno.test("Settings<demo> has the camera's defaults and nothing of the network", () => {
  const ofHosts = ["linger", "sourceKeyFile", "sourceKey", "sourceOpen"];
  const names = Object.entries(OPTIONS)
    .filter(([name]) => !ofHosts.includes(name))
    .filter(([name, { group }]) =>
      ["Camera", "Picture"].includes(group) || ["list", "controls"].includes(name)
    )
    .map(([name]) => name);
  assert.deepEqual(Object.keys(defaultsOf("demo")), names);
});

Deno.test("Settings infers each option's type from the table", () => {
  // These lines fail the type check, not the run, when the inference is wrong.
  const same: true[] = [
    true satisfies Same<Settings<"host">["quality"], number>,
    true satisfies Same<Settings<"host">["source"], readonly string[]>,
    true satisfies Same<Settings<"host">["cameras"][0]["source"], string>,
    true satisfies Same<Settings<"host">["cameras"][0]["rotate"], 0 | 90 | 180 | 270>,
    true satisfies Same<Settings<"host">["host"], string>,
    true satisfies Same<Settings<"guest">["host"], string | undefined>,
    true satisfies Same<Settings<"host">["preview"], boolean | undefined>,
    true satisfies Same<Settings<"host">["legacy"], boolean>,
    true satisfies Same<Settings<"host">["rotate"], 0 | 90 | 180 | 270>,
    true satisfies Same<Settings<"host">["stats"], "off" | "line" | "json">,
    true satisfies Same<Settings<"host">["control"], readonly string[]>,
    true satisfies Same<Settings<"guest">["output"], string | undefined>,
    true satisfies Same<Settings<"guest">["frames"], number | undefined>,
    true satisfies Same<"quality" extends keyof Settings<"guest"> ? 1 : 2, 2>,
    true satisfies Same<"linger" extends keyof Settings<"demo"> ? 1 : 2, 2>,
  ];
  assert(same.every(Boolean));
});

Deno.test("OPTIONS' defaults pass their own checks", () => {
  for (const { program, name, definition } of ENTRIES) {
    if (definition.default === undefined) continue;
    const reading = readValue(definition, definition.default);
    assert.deepEqual(reading, { value: definition.default }, `${program}: ${name}`);
  }
});

Deno.test("OPTIONS' spellings are unique and none hides another", () => {
  const names = Object.keys(OPTIONS);
  const flags = Object.entries(OPTIONS).flatMap((entry) => flagsOf(...entry));
  const all = [...flags, "--help", "--version"];
  assert.equal(new Set(all).size, all.length);
  const variables = names.map(environmentNameOf);
  assert.equal(new Set(variables).size, variables.length);
});

Deno.test("OPTIONS are documented: a sentence without a period, a heading, words for no default", () => {
  for (const { program, name, definition } of ENTRIES) {
    const where = `${program}: ${name}`;
    assert.match(definition.help, /^(\S.*[^.\s])$/s, where);
    assert(GROUPS.includes(definition.group), where);
    assert.equal(definition.default === undefined, definition.defaultText !== undefined, where);
  }
});

Deno.test("OPTIONS' seconds and milliseconds stay within what a timer counts", () => {
  const maxTimerMs = 2 ** 31 - 1;
  const timed = ENTRIES.filter(({ definition }) =>
    (definition.kind === "integer" || definition.kind === "number") &&
    ["seconds", "milliseconds"].includes(definition.unit ?? "")
  );
  assert(timed.length >= 5);
  for (const { name, definition } of timed) {
    assert(definition.kind === "integer" || definition.kind === "number");
    const unitMs = definition.unit === "seconds" ? 1000 : 1;
    assert(definition.max !== undefined && definition.max * unitMs <= maxTimerMs, name);
  }
});
