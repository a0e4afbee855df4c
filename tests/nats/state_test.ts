import assert from "node:assert/strict";
import { decodeState, encodeState, type NatsState } from "../../lib/nats/state.ts";
import { captureVideoError } from "../support/errors.ts";

const STATE: NatsState = {
  welcome: {
    type: "welcome",
    version: 1,
    host: "studio",
    camera: "front",
    cameras: [{ name: "front", state: "lost", description: "test pattern" }],
    via: ["c0a8", "0a00"],
    source: { description: "test pattern", width: 640, height: 360, fps: 30, format: "mjpg" },
  },
  status: { type: "status", camera: "lost", why: "it was unplugged" },
  run: "b6f0",
  clockToUnixMicros: 1_764_000_000_000_000,
};

Deno.test("decodeState() gives what encodeState() was given", () => {
  assert.deepEqual(decodeState(encodeState(STATE)), STATE);
  const ending = { ...STATE, end: "the host was ended" };
  assert.deepEqual(decodeState(encodeState(ending)), ending);
});

Deno.test("decodeState() refuses what breaks a rule, and names the field", () => {
  const fields = JSON.parse(new TextDecoder().decode(encodeState(STATE)));
  for (
    const [change, words] of [
      [{ run: 7 }, /run of the state should be text, it is 7$/],
      [{ status: { camera: "asleep" } }, /camera of STATUS should be one of/],
      [{ welcome: null }, /WELCOME should be a JSON object, it is null$/],
      [{ status: undefined }, /the payload of STATUS is not JSON/],
      [{ clockToUnixMicros: 0.5 }, /clockToUnixMicros of the state should be a whole number/],
      [{ padding: "x".repeat(70_000) }, /the state has 7\d{4} bytes$/],
    ] as const
  ) {
    const bytes = new TextEncoder().encode(JSON.stringify({ ...fields, ...change }));
    assert.throws(() => decodeState(bytes), captureVideoError("protocol", words));
  }
  assert.throws(
    () => decodeState(Uint8Array.of(0xff)),
    captureVideoError("protocol", /the state is not JSON$/),
  );
});
