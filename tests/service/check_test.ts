import assert from "node:assert/strict";
import { UsageError } from "../../lib/flow/errors.ts";
import {
  checkKeyFiles,
  checkLasting,
  checkUser,
  type LastingSettings,
} from "../../lib/service/check.ts";

const USUAL: LastingSettings = {
  port: 65432,
  web: undefined,
  preview: undefined,
  qr: false,
  stats: "off",
};

Deno.test("checkLasting() lets options pass that hold for as long as a service runs", () => {
  checkLasting(USUAL);
  checkLasting({ ...USUAL, web: 8080, preview: false });
});

Deno.test("checkLasting() refuses what nobody would see, or find again", () => {
  const cases: [changes: Partial<LastingSettings>, line: string][] = [
    [
      { port: 0 },
      "--port 0 would be another port after each start, and guests would not come back; name one",
    ],
    [
      { web: 0 },
      "--web 0 would be another port after each start, and guests would not come back; name one",
    ],
    [{ preview: true }, "--preview needs a display, and a service has none"],
    [{ qr: true }, "--qr draws on a terminal, and a service has none"],
    [
      { stats: "json" },
      "--stats json would fill the journal, a line a second; --web serves /state and /metrics",
    ],
  ];
  for (const [changes, message] of cases) {
    assert.throws(() => checkLasting({ ...USUAL, ...changes }), new UsageError(message));
  }
});

Deno.test("checkUser() refuses a user's service by sudo", () => {
  checkUser(undefined);
  checkUser("root");
  assert.throws(
    () => checkUser("anna"),
    new UsageError("--user makes a service of whoever types it: leave sudo out, anna"),
  );
});

Deno.test("checkKeyFiles() refuses a key's file that would not reach the host", () => {
  const [key, other] = ["/etc/key", "/etc/other"];
  const line = `${other}: a service has one --source-key-file for all cameras; with --user, each ` +
    "may have its own in capturevideo.json instead";
  for (const isUser of [true, false]) {
    checkKeyFiles([], { common: undefined, isUser });
    checkKeyFiles([key, key], { common: key, isUser });
    assert.throws(() => checkKeyFiles([key, other], { common: key, isUser }), new UsageError(line));
  }
  checkKeyFiles([key, other], { common: undefined, isUser: true });
  assert.throws(
    () => checkKeyFiles([other], { common: undefined, isUser: false }),
    new UsageError(line),
  );
});
