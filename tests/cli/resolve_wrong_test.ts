/** Settings that are wrong: the lines that say so. */

import assert from "node:assert/strict";
import type { Program } from "../../lib/cli/option.ts";
import { assertUsageError, run, type SettingsSources, sources } from "./support.ts";

Deno.test("resolveSettings() refuses variables that look like options and are none", () => {
  const cases: ReadonlyArray<[name: string, line: string]> = [
    ["CAPTUREVIDEO_SORCE", "is not an option; did you mean CAPTUREVIDEO_SOURCE?"],
    ["CAPTUREVIDEO_MAXGUESTS", "is not an option; did you mean CAPTUREVIDEO_MAX_GUESTS?"],
    ["CAPTUREVIDEO_port", "is not an option; did you mean CAPTUREVIDEO_PORT?"],
    ["CAPTUREVIDEO_BANANAS", "is not an option"],
    ["CAPTUREVIDEO_LIST", "can only be given on the command line, as --list"],
  ];
  for (const [name, line] of cases) {
    assertUsageError("guest", sources({ env: { [name]: "1" } }), `${name} ${line}`);
  }
});

Deno.test("resolveSettings() wants the interface of a link-local address wherever it stands", () => {
  const rule = "must name its network interface, as in fe80::1%eth0, not";
  const address = "fe80::1";
  assertUsageError("host", sources({ args: ["--host", address] }), `--host ${rule} "fe80::1"`);
  assertUsageError(
    "host",
    sources({ env: { CAPTUREVIDEO_HOST: address } }),
    `CAPTUREVIDEO_HOST ${rule} "fe80::1"`,
  );
  assertUsageError(
    "host",
    sources({}, { host: address }),
    `"host" in capturevideo.json ${rule} "fe80::1"`,
  );
  assertUsageError(
    "guest",
    sources({ args: ["[fe80::1]:5000"] }),
    `the address "[fe80::1]:5000" ${rule} "fe80::1"`,
  );
});

Deno.test("resolveSettings() refuses arguments of which Deno lost bytes", () => {
  assertUsageError(
    "host",
    sources({ args: ["--source=\ufffd.mp4"] }),
    'the argument "--source=\ufffd.mp4" is not UTF-8; set the terminal, and name files, in UTF-8',
  );
});

Deno.test("resolveSettings() refuses what does nothing, where it was meant for this program", () => {
  for (const option of ["--share", "--qr", "--no-browser", "--cert=a.pem", "--cert-key=a.pem"]) {
    const [name] = option.split("=");
    const line = `${name} does nothing without --web`;
    assertUsageError("guest", sources({ args: [option] }), line);
    assert.ok(run("guest", sources({ args: [option], env: { CAPTUREVIDEO_WEB: "8080" } })));
  }
  // A host may have been meant.
  assert.ok(run("guest", sources({ env: { CAPTUREVIDEO_SHARE: "1" } }, { qr: true })).share);
  assert.ok(!run("guest", sources({ args: ["--no-share"] })).share);
});

/** What is wrong, and the line it must give. */
const WRONG: ReadonlyArray<[Program, SettingsSources, ...lines: string[]]> = [
  // Each of the three sources, named as it was given.
  [
    "host",
    sources({ args: ["--quality", "101"] }),
    '--quality must be an integer from 0 to 100, not "101"',
  ],
  [
    "host",
    sources({ env: { CAPTUREVIDEO_QUALITY: "101" } }),
    'CAPTUREVIDEO_QUALITY must be an integer from 0 to 100, not "101"',
  ],
  [
    "host",
    sources({}, { quality: 101 }),
    '"quality" in capturevideo.json must be an integer from 0 to 100, not 101',
  ],
  // Each option that has a rule of its own.
  [
    "host",
    sources({ args: ["--port", "70000"] }),
    '--port must be an integer from 0 to 65535, not "70000"',
  ],
  [
    "guest",
    sources({ args: ["--port", "0"] }),
    '--port must be an integer from 1 to 65535, not "0"',
  ],
  [
    "host",
    sources({ args: ["--max-guests", "0"] }),
    '--max-guests must be an integer from 1 to 10000, not "0"',
  ],
  [
    "demo",
    sources({ args: ["--width", "15"] }),
    '--width must be an integer from 16 to 16384 pixels, not "15"',
  ],
  [
    "demo",
    sources({ args: ["--height", "720.5"] }),
    '--height must be an integer from 16 to 16384 pixels, not "720.5"',
  ],
  [
    "host",
    sources({ args: ["--fps", "fast"] }),
    '--fps must be a number from 1 to 1000 frames/s, not "fast"',
  ],
  [
    "host",
    sources({ args: ["--linger=-1"] }),
    '--linger must be a number from 0 to 86400 seconds, not "-1"',
  ],
  [
    "guest",
    sources({ args: ["--timeout", "0"] }),
    '--timeout must be a number above 0 and at most 86400 seconds, not "0"',
  ],
  [
    "guest",
    sources({ args: ["--frames", "0"] }),
    '--frames must be an integer of at least 1, not "0"',
  ],
  [
    "guest",
    sources({ args: ["--duration", "0"] }),
    '--duration must be a number above 0 and at most 604800 seconds, not "0"',
  ],
  ["guest", sources({ args: ["--stats", "xml"] }), '--stats must be off, line or json, not "xml"'],
  ["host", sources({ args: ["--rotate", "45"] }), '--rotate must be 0, 90, 180 or 270, not "45"'],
  ["host", sources({ args: ["--flip", "x"] }), '--flip must be none, h or v, not "x"'],
  [
    "host",
    sources({ args: ["--passthrough", "on"] }),
    '--passthrough must be auto or off, not "on"',
  ],
  [
    "host",
    sources({ args: ["--control", "gain"] }),
    '--control must be a list of name=number, such as brightness=128, not "gain"',
  ],
  ["host", sources({ args: ["--source="] }), '--source must be a text that is not empty, not ""'],
  [
    "host",
    sources({ args: ["--host", "10.0.0.1:5000"] }),
    '--host must be a name or an IP address, without a port, not "10.0.0.1:5000"',
  ],
  // Right values of the wrong type.
  [
    "host",
    sources({ env: { CAPTUREVIDEO_PREVIEW: "maybe" } }),
    'CAPTUREVIDEO_PREVIEW must be true or false, not "maybe"',
  ],
  [
    "host",
    sources({}, { port: "5000" }),
    '"port" in capturevideo.json must be an integer from 0 to 65535, not "5000"',
  ],
  [
    "host",
    sources({}, { preview: "yes" }),
    '"preview" in capturevideo.json must be true or false, not "yes"',
  ],
  [
    "host",
    sources({}, { control: "gain=1" }),
    '"control" in capturevideo.json must be a list of name=number, such as brightness=128, ' +
    'not "gain=1"',
  ],
  [
    "host",
    sources({}, { fps: null }),
    '"fps" in capturevideo.json must be a number from 1 to 1000 frames/s, not null',
  ],
  // The address.
  [
    "guest",
    sources({ args: ["tcp://camera"] }),
    "the address must be host, host:port, an IPv6 address or [IPv6 address]:port, " +
    'with /camera behind it or not, not "tcp://camera"',
  ],
  [
    "guest",
    sources({ args: ["--host", "studio/desk"] }),
    "--host must be a name or an IP address, without a port, or the URL of a camera, " +
    'not "studio/desk"',
  ],
  [
    "guest",
    sources({ args: ["studio", "camera:99999"] }),
    'the addresses must name a port from 1 to 65535, not "camera:99999"',
  ],
  [
    "guest",
    sources({ args: ["studio", "workshop/my desk"] }),
    "the addresses must name a camera by a name of at most 32 letters, digits, - and _, such as " +
    'desk, not "workshop/my desk"',
  ],
  [
    "doctor",
    sources({ args: ["http://camera"] }),
    "the address must be host, host:port, an IPv6 address or [IPv6 address]:port, " +
    'not "http://camera"',
  ],
  [
    "doctor",
    sources({ args: ["studio/desk"] }),
    "the address must be host, host:port, an IPv6 address or [IPv6 address]:port, " +
    'not "studio/desk"',
  ],
  [
    "guest",
    sources({ args: ["studio/my desk"] }),
    'the camera in "studio/my desk" must be a name of at most 32 letters, digits, - and _, ' +
    'such as desk, not "my desk"',
  ],
  [
    "guest",
    sources({ args: ["studio/desk", "--camera", "door"] }),
    'the camera in "studio/desk" and --camera exclude each other',
  ],
  [
    "guest",
    sources({ args: ["camera:99999"] }),
    'the port in "camera:99999" must be an integer from 1 to 65535, not "99999"',
  ],
  [
    "guest",
    sources({ args: ["camera:"] }),
    'the port in "camera:" must be an integer from 1 to 65535, not ""',
  ],
  [
    "guest",
    sources({ args: ["camera", "--host", "other"] }),
    'the address "camera" and --host exclude each other',
  ],
  [
    "guest",
    sources({ args: ["camera:5000", "--port", "5001"] }),
    'the port in "camera:5000" and --port exclude each other',
  ],
  // What cannot be understood at all.
  [
    "host",
    sources({ args: ["--qualty", "5"] }),
    "unknown option --qualty; did you mean --quality?",
  ],
  [
    "host",
    sources({}, { qualty: 5 }),
    '"qualty" in capturevideo.json is not an option; did you mean "quality"?',
  ],
  [
    "host",
    { args: [], env: {}, file: "{ port }" },
    "capturevideo.json is not JSON: Expected property name or '}' in JSON at position 2 " +
    "(line 1 column 3)",
  ],
];

Deno.test("resolveSettings() names a wrong option, what is allowed, and the value", () => {
  for (const [program, from, ...lines] of WRONG) assertUsageError(program, from, ...lines);
});

Deno.test("resolveSettings() reports every wrong value, also one that is overridden", () => {
  assertUsageError(
    "host",
    sources(
      { args: ["--quality", "50", "--bananas"], env: { CAPTUREVIDEO_FPS: "0" } },
      { quality: 500 },
    ),
    '"quality" in capturevideo.json must be an integer from 0 to 100, not 500',
    'CAPTUREVIDEO_FPS must be a number from 1 to 1000 frames/s, not "0"',
    "unknown option --bananas; --help lists the options",
  );
});
