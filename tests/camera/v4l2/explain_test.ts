import assert from "node:assert/strict";
import { explainBusy, explainError, explainPermission } from "../../../lib/camera/v4l2/explain.ts";

Deno.test("explainError() says what helps when the USB bandwidth is used up", () => {
  assert.equal(
    explainError({ errno: 28, reason: "No space left on device" }, "/dev/video0"),
    "its USB port has no bandwidth left for this size; try a smaller one, --format mjpg, " +
      "or another port",
  );
});

Deno.test("explainPermission() names the group and the command", () => {
  assert.equal(
    explainPermission("/dev/video0", "video"),
    "this user may not open /dev/video0, which belongs to the group video; " +
      "run: sudo usermod -aG video $USER, and log in again",
  );
});

Deno.test("explainBusy() names the programs, or says that there is one", () => {
  assert.equal(
    explainBusy(["cheese (process 4711)", "zoom (process 12)"]),
    "it is in use by cheese (process 4711), zoom (process 12)",
  );
  assert.equal(explainBusy([]), "it is in use by another program");
});
