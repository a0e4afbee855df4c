import assert from "node:assert/strict";
import {
  ALL_OPTION_NAMES,
  definitionFor,
  environmentNameOf,
  environmentNames,
  flagOf,
  negativeFlagOf,
  optionNamesOf,
  programsWith,
} from "../../lib/cli/names.ts";
import { OPTIONS } from "../../settings.ts";

Deno.test("flagOf(), negativeFlagOf() and environmentNameOf() respell a name", () => {
  assert.deepEqual([flagOf("port"), flagOf("maxGuests")], ["--port", "--max-guests"]);
  assert.equal(negativeFlagOf("maxGuests"), "--no-max-guests");
  assert.equal(environmentNameOf("port"), "CAPTUREVIDEO_PORT");
  assert.equal(environmentNameOf("deviceTimeout"), "CAPTUREVIDEO_DEVICE_TIMEOUT");
});

Deno.test("optionNamesOf() gives a program's options in the table's order", () => {
  const guest = [
    "host",
    "port",
    "timeout",
    "maxFps",
    "reconnect",
    "window",
    "overlay",
    "maxAge",
    "output",
    "overwrite",
  ];
  assert.deepEqual(optionNamesOf("guest"), [...guest, "frames", "duration", "stats"]);
  assert(optionNamesOf("host").includes("quality"));
  assert(!optionNamesOf("demo").includes("quality"));
});

Deno.test("programsWith() names the programs that have an option", () => {
  assert.deepEqual(programsWith("port"), ["host", "guest"]);
  assert.deepEqual(programsWith("source"), ["host", "demo"]);
});

Deno.test("definitionFor() puts a program's differences over the table's entry", () => {
  const host = definitionFor("host", "port");
  const guest = definitionFor("guest", "port");
  assert(host.kind === "integer" && guest.kind === "integer");
  assert.deepEqual([host.min, guest.min], [0, 1]);
  assert.deepEqual([host.max, guest.max], [65535, 65535]);
  assert.notEqual(host.help, guest.help);
  assert.equal(OPTIONS.port.min, 0);
});

Deno.test("environmentNames() lists what a program reads, all programs without one", () => {
  assert.deepEqual(environmentNames("guest"), [
    "CAPTUREVIDEO_HOST",
    "CAPTUREVIDEO_PORT",
    "CAPTUREVIDEO_TIMEOUT",
    "CAPTUREVIDEO_MAX_FPS",
    "CAPTUREVIDEO_RECONNECT",
    "CAPTUREVIDEO_WINDOW",
    "CAPTUREVIDEO_OVERLAY",
    "CAPTUREVIDEO_MAX_AGE",
    "CAPTUREVIDEO_OUTPUT",
    "CAPTUREVIDEO_OVERWRITE",
    "CAPTUREVIDEO_FRAMES",
    "CAPTUREVIDEO_DURATION",
    "CAPTUREVIDEO_STATS",
  ]);
  const all = environmentNames();
  assert.equal(new Set(all).size, all.length);
  assert.equal(all.length, ALL_OPTION_NAMES.length - 2);
  assert(!all.includes("CAPTUREVIDEO_LIST") && !all.includes("CAPTUREVIDEO_CONTROLS"));
});
