/** The rules for the fields of messages in JSON, and what is said of one that breaks its rule. */

import assert from "node:assert/strict";
import { MessageType } from "../../lib/protocol/header.ts";
import { protocolFault } from "./support.ts";
import { decodeOne, withJson, withText } from "./support.ts";

const HELLO = { versions: [1], program: "p" };
const SOURCE = { description: "d", width: 1, height: 2, fps: 3, format: "f" };
const WELCOME = { version: 1, host: "h", source: SOURCE };
const VERSIONS_RULE = "versions of HELLO should be a list of 1 to 16 whole numbers from 1 to 255";
const SIXTEEN = Array.from({ length: 16 }, (_, index) => index + 1);

/** Type, payload, and what the error says of it. */
const WRONG_FIELDS: ReadonlyArray<readonly [number, unknown, string]> = [
  [MessageType.HELLO, [], "HELLO should be a JSON object, it is a list"],
  [MessageType.HELLO, null, "HELLO should be a JSON object, it is null"],
  [MessageType.HELLO, "HI", 'HELLO should be a JSON object, it is "HI"'],
  [MessageType.HELLO, 12, "HELLO should be a JSON object, it is 12"],
  [MessageType.HELLO, { program: "p" }, `${VERSIONS_RULE}, it is missing`],
  [MessageType.HELLO, { ...HELLO, versions: 1 }, `${VERSIONS_RULE}, it is 1`],
  [MessageType.HELLO, { ...HELLO, versions: {} }, `${VERSIONS_RULE}, it is an object`],
  [MessageType.HELLO, { ...HELLO, versions: [] }, `${VERSIONS_RULE}, it is a list of 0`],
  [
    MessageType.HELLO,
    { ...HELLO, versions: [...SIXTEEN, 17] },
    `${VERSIONS_RULE}, it is a list of 17`,
  ],
  ...[0, 256, 1.5, "1", null, true].map((entry) =>
    [
      MessageType.HELLO,
      { ...HELLO, versions: [1, entry] },
      `${VERSIONS_RULE}, it is a list with ${JSON.stringify(entry)} in it`,
    ] as const
  ),
  [MessageType.HELLO, { versions: [1] }, "program of HELLO should be text, it is missing"],
  [MessageType.HELLO, { ...HELLO, program: 5 }, "program of HELLO should be text, it is 5"],
  [
    MessageType.HELLO,
    { ...HELLO, program: "x".repeat(201) },
    "program of HELLO should be at most 200 characters, it is 201 characters",
  ],
  ...[0, -1, "30", null, false].map((maxFps) =>
    [
      MessageType.HELLO,
      { ...HELLO, maxFps },
      `maxFps of HELLO should be a finite number above 0, it is ${JSON.stringify(maxFps)}`,
    ] as const
  ),
  [
    MessageType.HELLO,
    { ...HELLO, view: { width: 0, height: 360 } },
    "width of view of HELLO should be a whole number from 1 to 65535, it is 0",
  ],
  [
    MessageType.VIEW,
    { view: { width: 640 } },
    "height of view of VIEW should be a whole number from 1 to 65535, it is missing",
  ],
  [
    MessageType.WELCOME,
    { ...WELCOME, views: 1 },
    "views of WELCOME should be true or false, it is 1",
  ],
  [
    MessageType.WELCOME,
    { ...WELCOME, version: 0 },
    "version of WELCOME should be a whole number from 1 to 255, it is 0",
  ],
  [MessageType.WELCOME, { ...WELCOME, host: [] }, "host of WELCOME should be text, it is a list"],
  [
    MessageType.WELCOME,
    { ...WELCOME, host: "h".repeat(256) },
    "host of WELCOME should be at most 255 characters, it is 256 characters",
  ],
  [
    MessageType.WELCOME,
    { ...WELCOME, source: undefined },
    "source of WELCOME should be a JSON object, it is missing",
  ],
  [
    MessageType.WELCOME,
    { ...WELCOME, source: { ...SOURCE, width: 65_536 } },
    "width of source of WELCOME should be a whole number from 0 to 65535, it is 65536",
  ],
  [
    MessageType.WELCOME,
    { ...WELCOME, source: { ...SOURCE, height: -1 } },
    "height of source of WELCOME should be a whole number from 0 to 65535, it is -1",
  ],
  [
    MessageType.WELCOME,
    { ...WELCOME, source: { ...SOURCE, fps: -0.5 } },
    "fps of source of WELCOME should be a finite number, 0 or above, it is -0.5",
  ],
  [
    MessageType.WELCOME,
    { ...WELCOME, source: { ...SOURCE, description: "d".repeat(201) } },
    "description of source of WELCOME should be at most 200 characters, it is 201 characters",
  ],
  [
    MessageType.WELCOME,
    { ...WELCOME, source: { ...SOURCE, format: "f".repeat(33) } },
    "format of source of WELCOME should be at most 32 characters, it is 33 characters",
  ],
  [
    MessageType.STATUS,
    { camera: "\x1b[2J" },
    'camera of STATUS should be one of "live", "lost", "starting", it is "\uFFFD[2J"',
  ],
  [MessageType.STATUS, { camera: "live", why: 1 }, "why of STATUS should be text, it is 1"],
  [
    MessageType.STATUS,
    { camera: "x".repeat(1_000) },
    'camera of STATUS should be one of "live", "lost", "starting", it is ' +
    `"${"x".repeat(38)}…`,
  ],
  [MessageType.BYE, {}, "reason of BYE should be text, it is missing"],
  [
    MessageType.BYE,
    { reason: "r".repeat(501) },
    "reason of BYE should be at most 500 characters, it is 501 characters",
  ],
];

for (const [type, payload, words] of WRONG_FIELDS) {
  Deno.test(`decodeMessage() says: ${words.replaceAll("\uFFFD", "?")}`, () => {
    assert.throws(() => decodeOne(withJson(type, payload)), protocolFault(words));
  });
}

Deno.test("decodeMessage() refuses numbers that JSON writes too large", () => {
  assert.throws(
    () => decodeOne(withText(MessageType.HELLO, '{"versions":[1],"program":"p","maxFps":1e999}')),
    protocolFault("maxFps of HELLO should be a finite number above 0, it is Infinity"),
  );
});

Deno.test("decodeMessage() counts characters, not UTF-16 units", () => {
  const program = "📷".repeat(200);
  assert.deepEqual(decodeOne(withJson(MessageType.HELLO, { ...HELLO, program })), {
    type: "hello",
    ...HELLO,
    program,
  });
});

Deno.test("decodeMessage() takes texts and lists at their limits", () => {
  const hello = { versions: SIXTEEN, program: "x".repeat(200), maxFps: 0.001 };
  assert.deepEqual(decodeOne(withJson(MessageType.HELLO, hello)), { type: "hello", ...hello });
  const bye = { reason: "r".repeat(500) };
  assert.deepEqual(decodeOne(withJson(MessageType.BYE, bye)), { type: "bye", ...bye });
});
