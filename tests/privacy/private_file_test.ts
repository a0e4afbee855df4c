import assert from "node:assert/strict";
import { isForOthers } from "../../lib/privacy/private_file.ts";

Deno.test("isForOthers() finds any permission of group or others", () => {
  for (const mode of [0o600, 0o400, 0o700]) {
    assert.equal(isForOthers("/home/anna/key", mode), false);
  }
  for (const mode of [0o640, 0o604, 0o620, 0o610, 0o601]) {
    assert.equal(isForOthers("/home/anna/key", mode), true, mode.toString(8));
  }
});

Deno.test("isForOthers() knows how systemd's list for one user looks, where only systemd writes", () => {
  const path = "/run/credentials/capturevideo.service/key-file";
  assert.equal(isForOthers(path, 0o440), false);
  for (const mode of [0o444, 0o460, 0o450]) assert.equal(isForOthers(path, mode), true);
  assert.equal(isForOthers("/srv/run/credentials/key", 0o440), true);
});
