/** `deno task service` as a process, and what systemd thinks of the units that it prints. */

import assert from "node:assert/strict";
import { findMissing } from "../../lib/setup/apt.ts";
import { PROJECT_DIRECTORY } from "../../lib/setup/tasks.ts";
import { textOf } from "../support/commands.ts";
import { temporaryFolder } from "../support/folder.ts";
import { Program } from "../support/programs.ts";
import { testUnless } from "../support/test_unless.ts";

/** What the task prints, says, and ends with. */
async function service(args: readonly string[], env: Record<string, string> = {}) {
  const text = new TextDecoder();
  let unit = "";
  const { code, words } = await Program.run("service", args, {
    env,
    onOutput: (chunk) => unit += text.decode(chunk, { stream: true }),
  });
  return { code, words, unit };
}

Deno.test("service prints the unit of a host with these options, and checks them", async (t) => {
  await t.step("what runs is the host's task, with what is here", async () => {
    const { code, words, unit } = await service(["--", "--source", "0", "--share", "--web"]);
    assert.deepEqual([code, words], [0, []]);
    const [, command] = /^ExecStart=(.+)$/m.exec(unit) ?? [];
    assert.ok(command?.startsWith(`${Deno.execPath()} run --cached-only --quiet --no-prompt `));
    assert.ok(command?.endsWith(" -P=host host.ts --source=0 --share --web=8080"), command);
    assert.match(unit, new RegExp(`^WorkingDirectory=${PROJECT_DIRECTORY}$`, "m"));
    assert.match(unit, /^Type=notify$/m);
  });

  await t.step("a secret in the environment stays out of it, which is said", async () => {
    const env = { CAPTUREVIDEO_KEY: "7K2M-Q9XD-4RTV-H3WB", CAPTUREVIDEO_PORT: "5000" };
    const { code, words, unit } = await service(["--share"], env);
    assert.equal(code, 0);
    assert.deepEqual(words, [
      "service: warning: CAPTUREVIDEO_KEY is left out of the unit, which everybody can read; " +
      "write it into /etc/capturevideo/host.env",
    ]);
    assert.match(unit, /--port=5000/);
    assert.doesNotMatch(unit, /7K2M/);
  });

  const refused: [args: string[], line: string][] = [
    [["--shaer"], "unknown option --shaer; did you mean --share?"],
    [["--list"], "--list is an option of host, guest and demo, not of service"],
    [
      ["--share", "--legacy"],
      "--legacy serves guests that know of no key: it needs --open, or a --host that only this " +
      "computer reaches",
    ],
    [
      ["--port=0"],
      "--port 0 would be another port after each start, and guests would not come back; name one",
    ],
  ];
  for (const [args, line] of refused) {
    await t.step(`${args.join(" ")} is refused`, async () => {
      assert.deepEqual(await service(args), { code: 2, words: [`service: ${line}`], unit: "" });
    });
  }
});

const missing = await findMissing(["systemd"]);
const why = missing?.length === 0 ? undefined : "Debian's systemd is not installed";

testUnless(why, "systemd has nothing against the unit", async (t) => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/capturevideo.service`;
  const args = ['--source=100% of $HOME "and" more.mp4', "--web=80", "--key-file=a key"];
  for (const user of [[], ["--user"]]) {
    await t.step(["service", ...user].join(" "), async () => {
      const { unit } = await service([...user, ...args]);
      await Deno.writeTextFile(path, unit);
      // The runtime folder is where a user's manager would be.
      const { code, stdout, stderr } = await new Deno.Command("systemd-analyze", {
        args: [...user, "verify", path],
        env: { XDG_RUNTIME_DIR: folder.path },
      }).output();
      const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
      assert.deepEqual([code, said], [0, ""]);
    });
  }
  await t.step("and finds it well protected", async () => {
    const { unit } = await service(["--share", "--web"]);
    await Deno.writeTextFile(path, unit);
    const options = ["security", "--offline=true", "--threshold=20", "--no-pager", path];
    const said = await textOf("systemd-analyze", options);
    assert.match(said, /Overall exposure level for capturevideo\.service: 1\.\d OK/);
  });
});
