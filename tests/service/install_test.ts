import assert from "node:assert/strict";
import { CaptureVideoError } from "../../lib/flow/errors.ts";
import { install } from "../../lib/service/install.ts";
import { MARK } from "../../lib/service/unit.ts";
import { FakeMachine, type Rule } from "../setup/fake_machine.ts";
import { temporaryFolder } from "../support/folder.ts";

const TEXT = `${MARK}\n[Service]\n`;

/** Installs {@linkcode TEXT} beside what is there; what was done, said or thrown, and is there then. */
async function installed(
  { before, isUser = false, rule = () => ({}) }: {
    readonly before?: string;
    readonly isUser?: boolean;
    readonly rule?: Rule;
  },
) {
  await using folder = await temporaryFolder();
  const units = `${folder.path}/units`;
  const path = `${units}/capturevideo.service`;
  if (before !== undefined) {
    await Deno.mkdir(units);
    await Deno.writeTextFile(path, before);
  }
  const machine = new FakeMachine(rule);
  const said = await install(TEXT, { isUser, folder: units, run: machine.run }).catch((error) => {
    assert.ok(error instanceof CaptureVideoError);
    return error.message;
  });
  const names = Array.from(Deno.readDirSync(units), ({ name }) => name);
  return {
    said: said.replaceAll(path, "PATH"),
    commands: machine.commandLines,
    text: await Deno.readTextFile(path),
    names,
  };
}

Deno.test("install() writes a unit of the system, and has it started now and later", async () => {
  assert.deepEqual(await installed({}), {
    said: "installed and started: PATH; what it says: journalctl --unit capturevideo",
    commands: [
      "systemctl daemon-reload",
      "systemctl enable capturevideo.service",
      "systemctl restart capturevideo.service",
    ],
    text: TEXT,
    names: ["capturevideo.service"],
  });
});

Deno.test("install() asks a user's own manager", async () => {
  const { said, commands } = await installed({ isUser: true });
  assert.match(said, /what it says: journalctl --user-unit capturevideo$/);
  assert.deepEqual(commands, [
    "systemctl --user daemon-reload",
    "systemctl --user enable capturevideo.service",
    "systemctl --user restart capturevideo.service",
  ]);
});

Deno.test("install() replaces a unit of its own, and says so", async () => {
  const { said, text } = await installed({ before: `${MARK}\n[Unit]\n` });
  assert.match(said, /^replaced and started again: PATH;/);
  assert.equal(text, TEXT);
});

Deno.test("install() leaves a unit alone that somebody else made", async () => {
  const before = "[Service]\nExecStart=/bin/true\n";
  assert.deepEqual(await installed({ before }), {
    said: "Cannot replace PATH: it was not made by this task; move it away, or keep it",
    commands: [],
    text: before,
    names: ["capturevideo.service"],
  });
});

Deno.test("install() says what systemd says when it refuses", async () => {
  const words = "Job for capturevideo.service failed because of a timeout.\nSee the journal.\n";
  const rule: Rule = (command) => / restart /.test(command) ? { code: 1, stderr: words } : {};
  assert.equal(
    (await installed({ rule })).said,
    "Cannot start capturevideo.service: Job for capturevideo.service failed because of a timeout; " +
      "journalctl --unit capturevideo says why; it is installed, and tried again and again",
  );
  const wrong: Rule = (command) => / show /.test(command) ? { stdout: "2\n" } : rule(command);
  assert.match(
    (await installed({ rule: wrong })).said,
    /says why; an option is wrong, so it is not tried again$/,
  );
  const noBus = { code: 1, stderr: "Failed to connect to bus: No medium found\n" };
  assert.equal(
    (await installed({ isUser: true, rule: () => noBus })).said,
    "Cannot enable capturevideo.service: Failed to connect to bus: No medium found",
  );
});
