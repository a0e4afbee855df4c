/** The key of a private host, typed into a real terminal. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { loadIdentity } from "../../lib/privacy/identity.ts";
import { shownKey } from "../../lib/privacy/key.ts";
import { PROJECT_DIRECTORY, taskArguments } from "../../lib/setup/tasks.ts";
import { outputOf } from "../support/commands.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/folder.ts";
import { Program } from "../support/programs.ts";

const TERMINAL = decodeURIComponent(new URL("../support/terminal.py", import.meta.url).pathname);
const PROMPT = "type the key of";

/** A private host, and its key. */
class Stage extends AsyncDisposableStack {
  readonly folder: TemporaryFolder;
  readonly host: Program;
  readonly key: string;

  private constructor(folder: TemporaryFolder, key: string) {
    super();
    this.folder = this.use(folder);
    this.key = key;
    this.host = this.use(Program.start("host", [
      ...["--source=test", "--width=320", "--height=240", "--no-preview", "--share", "--port=0"],
    ], { env: { XDG_CONFIG_HOME: folder.path } }));
  }

  static async set(): Promise<Stage> {
    const folder = await temporaryFolder();
    const { key } = await loadIdentity(`${folder.path}/capturevideo`);
    return new Stage(folder, shownKey(key));
  }

  /** Runs a guest in a terminal; what its user sees, and what became of the terminal. */
  async guest(text: string, folder = `${this.folder.path}/guest`, times = 1): Promise<string> {
    const address = `127.0.0.1:${await this.host.port()}`;
    const { stdout } = await new Deno.Command("/usr/bin/python3", {
      args: [
        ...[TERMINAL, PROMPT, text, Deno.execPath(), ...taskArguments("guest")],
        ...[...Array.from({ length: times }, () => address), "--no-window", "--frames=10"],
      ],
      cwd: PROJECT_DIRECTORY,
      env: { DISPLAY: "", XDG_CONFIG_HOME: folder },
      stdin: "null",
    }).output();
    return new TextDecoder().decode(stdout);
  }
}

Deno.test("guest asks for the key once, shows nothing of it, and remembers it", async () => {
  await using stage = await Stage.set();
  const typed = stage.key.toLowerCase().replaceAll("-", " ");
  const first = await stage.guest(`${typed}\r`);
  assert.match(first, /type the key of 127\.0\.0\.1:\d+, as it is shown there, and Enter/);
  assert.match(first, /terminal: shown then False, at the end True, exit 0/);
  assert.match(first, /guest: live/);
  assert.doesNotMatch(first, new RegExp(`${typed}|${stage.key}`, "i"));
  const second = await stage.guest("");
  assert.doesNotMatch(second, /type the key/);
  assert.match(second, /guest: live[^]*terminal: shown then None, at the end True, exit 0/);
  const file = `${stage.folder.path}/guest/capturevideo/guest.json`;
  assert.equal((await Deno.stat(file)).mode! & 0o777, 0o600);
});

Deno.test("guest that shows several cameras of a host asks for its key once", async () => {
  await using stage = await Stage.set();
  const seen = await stage.guest(`${stage.key}\r`, undefined, 3);
  assert.equal(seen.match(/type the key of/g)?.length, 1, seen);
  assert.equal(seen.match(/: live/g)?.length, 3, seen);
  assert.match(seen, /terminal: shown then False, at the end True, exit 0/);
});

Deno.test("guest ends in good order when Ctrl-C is its only answer, or the end of the input", async () => {
  await using stage = await Stage.set();
  const cut = await stage.guest("\x03");
  assert.match(cut, /terminal: shown then False, at the end True, exit 0/);
  assert.doesNotMatch(cut, /still running|live|bug/);
  const over = await stage.guest("\x04");
  assert.match(over, /is private, and no key was typed; set CAPTUREVIDEO_KEY/);
  assert.match(over, /terminal: shown then False, at the end True, exit 1/);
});

Deno.test({
  name: "guest that cannot remember a key, as the disk is full, says so and shows the picture",
  // Only root may mount one that is.
  ignore: Deno.uid() !== 0,
  fn: async () => {
    await using stage = await Stage.set();
    const full = `${stage.folder.path}/full`;
    await Deno.mkdir(full);
    await outputOf("mount", ["-t", "tmpfs", "-o", "size=8k", "full", full]);
    try {
      const filling = Deno.writeFile(`${full}/filling`, new Uint8Array(100_000));
      await assert.rejects(filling, /No space left/);
      const seen = await stage.guest(`${stage.key}\r`, full);
      assert.match(
        seen,
        /guest: the key will be asked for again: Cannot write the remembered keys .*no space left/,
      );
      assert.match(seen, /guest: live[^]*exit 0/);
    } finally {
      await outputOf("umount", [full]);
    }
  },
});
