/**
 * The README's first command, and its tests, from a clean clone on systems that have Node and
 * nothing else.
 *
 * How long the first picture took is printed. `SYSTEM_TESTS` says what `task test` is to run there:
 * some paths, or `all`.
 */

import assert from "node:assert/strict";
import { PROJECT_DIRECTORY } from "../../lib/setup/tasks.ts";
import { Screen } from "../support/screen.ts";
import { machineTest } from "./machine.ts";
import { PreparedMachine } from "./prepared_machine.ts";
import { DEBIAN_12, DEBIAN_13, UBUNTU_LTS } from "./systems.ts";

/** The examples, OpenCV's part on real files and displays, and what prepares a machine. */
const SOME_TESTS = "lib settings.ts tests/opencv tests/setup";

/** The test pattern's. */
const PICTURE = { width: 1280, height: 720 };

/** How long a slow mirror and a busy computer may take for `task try`, in milliseconds. */
const PATIENCE_MS = 1_200_000;

const asked = Deno.env.get("SYSTEM_TESTS") ?? SOME_TESTS;
const paths = asked === "all" ? [] : asked.split(" ");

for (const system of [DEBIAN_12, DEBIAN_13, UBUNTU_LTS]) {
  machineTest(`${system.name}: a clean clone shows a picture, and passes its tests`, async (t) => {
    await using machine = await PreparedMachine.make(system);

    await t.step("task try", async () => {
      await using screen = await Screen.start(PICTURE);
      const startedAtMs = performance.now();
      const after = (atMs: number) => `${((atMs - startedAtMs) / 1000).toFixed(1)} s`;
      let said = "";
      await using program = machine.start("try", [], {
        env: screen.env,
        patienceMs: PATIENCE_MS,
        onOutput: (bytes) => said += new TextDecoder().decode(bytes),
      });
      const packages = await program.line(/^Building the bridge to OpenCV /);
      const bridge = await program.line(/^Built the bridge /);
      await program.line(/^guest: live$/);
      const number = await screen.advances();
      const pictureAtMs = performance.now();
      await screen.advances(number);
      console.log(
        `      ${packages.text}\n      packages after ${after(packages.atMs)}, bridge after ` +
          `${after(bridge.atMs)}, first picture after ${after(pictureAtMs)}`,
      );
      assert.ok(program.words.includes("setup: 50 % installed"), program.words.join("\n"));
      await screen.press("image", "q");
      const { code, words } = await program.ending();
      assert.equal(code, 0, words.join("\n"));
      assert.match(
        words.join("\n"),
        /^Building the bridge to OpenCV \S+ with cameras and windows /m,
      );
      assert.match(said, /^Next:$/m);
    });

    await t.step(`task test ${paths.join(" ")}`, async () => {
      const log = `${PROJECT_DIRECTORY}/.cache/roots/${system.suite}.log`;
      await Deno.writeTextFile(log, "");
      await using program = machine.start("test", paths, {
        onOutput: (bytes) => Deno.writeFileSync(log, bytes, { append: true }),
      });
      const code = await program.ended;
      const lines = (await Deno.readTextFile(log)).trimEnd().split("\n");
      const results = lines.filter((line) => /\d+ passed, \d+ failed/.test(line));
      console.log(results.map((line) => `      ${line}`).join("\n"));
      assert.equal(code, 0, `${program.words.slice(-20).join("\n")}\nSee ${log}`);
    });
  });
}
