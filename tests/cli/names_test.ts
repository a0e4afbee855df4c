import assert from "node:assert/strict";
import {
  environmentNameOf,
  environmentNames,
  flagOf,
  flagsOf,
  negative,
} from "../../lib/cli/names.ts";
import { OPTIONS } from "../../settings.ts";
import { definitionFor, optionNamesOf } from "./support.ts";

Deno.test("flagOf(), negative() and environmentNameOf() respell a name", () => {
  assert.deepEqual([flagOf("port"), flagOf("maxGuests")], ["--port", "--max-guests"]);
  assert.equal(negative("--max-guests"), "--no-max-guests");
  assert.equal(environmentNameOf("port"), "CAPTUREVIDEO_PORT");
  assert.equal(environmentNameOf("deviceTimeout"), "CAPTUREVIDEO_DEVICE_TIMEOUT");
});

Deno.test("optionsOf() gives a program's options in the table's order", () => {
  const guest = [
    "host",
    "port",
    "camera",
    "tiles",
    "all",
    "timeout",
    "maxFps",
    "reconnect",
    "maxGuests",
    "maxPerAddress",
    "share",
    "open",
    "keyFile",
    "key",
    "forget",
    ...["web", "cert", "certKey", "qr", "browser"],
    ...["nats", "natsUser", "natsPassword", "natsPasswordFile", "natsNkeyFile"],
    ...["natsCa", "natsCert", "natsCertKey", "trustWallClock"],
    "window",
    "overlay",
    "maxAge",
    "output",
    "overwrite",
  ];
  assert.deepEqual(optionNamesOf("guest"), [
    ...guest,
    "frames",
    "duration",
    "stats",
    "list",
    "find",
    "json",
  ]);
  assert(optionNamesOf("host").includes("quality"));
  assert(!optionNamesOf("demo").includes("quality"));
});

Deno.test("flagsOf() has a second flag where an option can be turned off", () => {
  assert.deepEqual(flagsOf("preview", OPTIONS.preview), ["--preview", "--no-preview"]);
  assert.deepEqual(flagsOf("list", OPTIONS.list), ["--list"]);
  assert.deepEqual(flagsOf("port", OPTIONS.port), ["--port"]);
});

Deno.test("optionsOf() puts a program's differences over the table's entry", () => {
  const host = definitionFor("host", "port");
  const guest = definitionFor("guest", "port");
  assert(host.kind === "integer" && guest.kind === "integer");
  assert.deepEqual([host.min, guest.min], [0, 1]);
  assert.deepEqual([host.max, guest.max], [65535, 65535]);
  assert.notEqual(host.help, guest.help);
  assert.equal(OPTIONS.port.min, 0);
});

Deno.test("environmentNames() lists what can be set there", () => {
  const all = environmentNames(OPTIONS);
  assert.deepEqual(all.slice(0, 2), ["CAPTUREVIDEO_SOURCE", "CAPTUREVIDEO_WIDTH"]);
  const others = [
    ...["LIST", "CONTROLS", "ALL", "FIND", "JSON", "NEW_KEY", "FORGET", "INSTALL", "USER"],
  ].map((name) => `CAPTUREVIDEO_${name}`);
  // The cameras have no room there either.
  assert.equal(new Set(all).size, Object.keys(OPTIONS).length - others.length - 1);
  assert.deepEqual(others.filter((name) => all.includes(name)), []);
  assert(all.includes("CAPTUREVIDEO_KEY"));
});
