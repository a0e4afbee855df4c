import assert from "node:assert/strict";
import { CaptureVideoError, UsageError } from "../../lib/flow/errors.ts";
import {
  checkConfiguration,
  checkFiles,
  checkReadable,
  missingOfUser,
} from "../../lib/service/missing.ts";
import { FakeMachine } from "../setup/fake_machine.ts";
import { temporaryFolder } from "../support/folder.ts";

/** A computer on which this user is in these groups. */
function machineOf(user: string, groups: string): FakeMachine {
  return new FakeMachine((command) => ({ stdout: command === "id -un" ? `${user}\n` : groups }));
}

const LINGER = "it runs while you are logged in; for always: loginctl enable-linger";

Deno.test("missingOfUser() says how a user gets at cameras, where one is meant", async () => {
  const machine = machineOf("nobody-here", "nobody-here plugdev\n");
  assert.deepEqual(await missingOfUser(["test", "0"], machine.run), [
    "you are not in the group video, so it cannot open a camera while you are not logged in here: " +
    "sudo usermod -aG video nobody-here, and log in again",
    LINGER,
  ]);
  assert.deepEqual(await missingOfUser(["browser", "clip.mp4"], machine.run), [LINGER]);
  const { run } = machineOf("nobody-here", "nobody-here video\n");
  assert.deepEqual(await missingOfUser(["0"], run), [LINGER]);
});

Deno.test("checkReadable() refuses a folder that is closed to others, and says what opens it", async () => {
  await using folder = await temporaryFolder();
  const { path } = folder;
  await Deno.chmod(path, 0o755);
  await checkReadable([path]);
  for (const mode of [0o700, 0o750, 0o751]) {
    await Deno.chmod(path, mode);
    await assert.rejects(
      checkReadable(["/", path]),
      new CaptureVideoError(
        "service",
        `Cannot run a service from ${path}: others may not read it; "chmod -R o+rX ${path}" lets ` +
          "them, and --user makes a service of your own",
      ),
    );
  }
});

Deno.test("checkConfiguration() refuses a configuration that others may not read", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/capturevideo.json`;
  await checkConfiguration(path, "/etc/secrets");
  await Deno.writeTextFile(path, "{}", { mode: 0o644 });
  await checkConfiguration(path, "/etc/secrets");
  await Deno.chmod(path, 0o600);
  await assert.rejects(
    checkConfiguration(path, "/etc/secrets"),
    new CaptureVideoError(
      "service",
      `Cannot run a service with ${path}: others may not read it; passwords go into /etc/secrets, ` +
        `then "chmod o+r ${path}" lets them, and --user makes a service of your own`,
    ),
  );
});

Deno.test("checkFiles() refuses what is not there, with the option that names it", () => {
  const here = { name: "cert", path: "/" };
  checkFiles([here]);
  assert.throws(
    () => checkFiles([here, { name: "key-file", path: "/no/such" }]),
    new UsageError("--key-file /no/such: there is no such file"),
  );
});

Deno.test("checkReadable() refuses a folder below one that is closed to others", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/closed`;
  await Deno.chmod(folder.path, 0o755);
  await Deno.mkdir(`${path}/project`, { recursive: true });
  await Deno.chmod(path, 0o711);
  await checkReadable([`${path}/project`], () => false);
  await Deno.chmod(path, 0o700);
  await checkReadable([`${path}/project`], () => true);
  await assert.rejects(
    checkReadable([`${path}/project`], () => false),
    new CaptureVideoError(
      "service",
      `Cannot run a service from ${path}/project: others may not enter ${path}; ` +
        `"chmod o+x ${path}" lets them, and --user makes a service of your own`,
    ),
  );
});
