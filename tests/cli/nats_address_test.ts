import assert from "node:assert/strict";
import {
  isNatsUrl,
  NATS_CAMERA_FORM,
  NATS_SERVERS_FORM,
  parseNatsAddress,
} from "../../lib/cli/nats_address.ts";

Deno.test("parseNatsAddress() splits servers, host and camera", () => {
  const none = { host: undefined, camera: undefined };
  for (
    const [text, expected] of [
      ["nats://10.0.0.7", { servers: ["10.0.0.7"], tls: false, ...none }],
      ["TLS://bus.example:4223/", { servers: ["bus.example:4223"], tls: true, ...none }],
      ["nats://[::1]:4222,b/studio", {
        servers: ["[::1]:4222", "b"],
        tls: false,
        host: "studio",
        camera: undefined,
      }],
      ["nats://bus/studio (2)/front", {
        servers: ["bus"],
        tls: false,
        host: "studio (2)",
        camera: "front",
      }],
      ["nats://bus/studio%20(2)/50%/", {
        servers: ["bus"],
        tls: false,
        host: "studio (2)",
        camera: "50%",
      }],
    ] as const
  ) {
    assert.deepEqual(parseNatsAddress(text), expected, text);
  }
});

Deno.test("parseNatsAddress() takes nothing else", () => {
  for (
    const text of [
      "studio",
      "http://studio",
      "nats://",
      "nats:///studio",
      "nats://bus:x",
      "nats://a,,b",
      "nats://bus/a/b/c",
      "nats://bus?x",
      "nats://me:secret@bus/studio",
      "nats://token@bus",
    ]
  ) {
    assert.equal(parseNatsAddress(text), undefined, text);
  }
  assert.ok(isNatsUrl("nats://") && isNatsUrl("TLS://x") && !isNatsUrl("studio"));
});

Deno.test("the forms tell servers from a camera, and say where a password belongs", () => {
  assert.match("nats://bus", NATS_SERVERS_FORM.pattern);
  assert.doesNotMatch("nats://bus/studio", NATS_SERVERS_FORM.pattern);
  assert.match("nats://bus/studio", NATS_CAMERA_FORM.pattern);
  assert.doesNotMatch("nats://bus", NATS_CAMERA_FORM.pattern);
  for (const { hint } of [NATS_SERVERS_FORM, NATS_CAMERA_FORM]) {
    assert.match(hint?.("nats://me:secret@bus/studio") ?? "", /CAPTUREVIDEO_NATS_PASSWORD$/);
    assert.equal(hint?.("nats://bus/studio"), undefined);
  }
});
