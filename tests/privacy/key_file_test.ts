import assert from "node:assert/strict";
import { UsageError } from "../../lib/flow/errors.ts";
import { givenKey } from "../../lib/privacy/key_file.ts";
import { temporaryFolder } from "../support/folder.ts";

const KEY = "7K2MQ9XD4RTVH3WB";

Deno.test("givenKey() takes the file before the variable, and neither where there is none", async () => {
  await using folder = await temporaryFolder();
  const keyFile = `${folder.path}/key`;
  await Deno.writeTextFile(keyFile, "7k2m-q9xd-4rtv-h3wb\n", { mode: 0o600 });
  assert.equal(givenKey({ key: undefined, keyFile: undefined }), undefined);
  assert.equal(givenKey({ key: "7K2M Q9XD 4RTV H3WB", keyFile: undefined }), KEY);
  assert.equal(givenKey({ key: undefined, keyFile }), KEY);
  assert.equal(givenKey({ key: "0".repeat(16), keyFile }), KEY);
});

Deno.test("givenKey() says what is no key, and does not show it", async () => {
  await using folder = await temporaryFolder();
  const keyFile = `${folder.path}/key`;
  await Deno.writeTextFile(keyFile, "secret", { mode: 0o600 });
  const rule = "must hold a key: 16 letters and digits, such as 7K2M-Q9XD-4RTV-H3WB";
  for (
    const [sources, message] of [
      [{ key: "secret", keyFile: undefined }, `CAPTUREVIDEO_KEY ${rule}`],
      [{ key: undefined, keyFile }, `the file ${keyFile} ${rule}`],
      [{ key: undefined, keyFile: "/no/key" }, "Cannot read the key: there is no file /no/key"],
    ] as const
  ) {
    assert.throws(() => givenKey(sources), (error) => {
      assert.ok(error instanceof UsageError);
      assert.equal(error.message, message);
      return true;
    });
  }
});

Deno.test("givenKey() takes no file that others can read", async () => {
  await using folder = await temporaryFolder();
  const keyFile = `${folder.path}/key`;
  await Deno.writeTextFile(keyFile, KEY, { mode: 0o644 });
  await Deno.chmod(keyFile, 0o644);
  assert.throws(() => givenKey({ key: undefined, keyFile }), {
    code: "identity",
    message: `Cannot use the key in ${keyFile}: others than you may read or change it; if nobody ` +
      'did, "chmod 600" puts it right',
  });
});
