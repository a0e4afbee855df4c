import assert from "node:assert/strict";
import { type PlannedSettings, planUnit } from "../../lib/service/plan.ts";
import type { Unit } from "../../lib/service/unit.ts";
import { PROJECT_DIRECTORY } from "../../lib/setup/tasks.ts";
import { FakeMachine, type Rule } from "../setup/fake_machine.ts";
import "../support/bridge.ts";

const SETTINGS: PlannedSettings = {
  cameras: [{ source: "0" }],
  maxGuests: 64,
  port: 65432,
  web: undefined,
};

const DEBIAN: Rule = (command) =>
  command === "systemctl --version"
    ? { stdout: "systemd 257 (257.8-1~deb13u2)\n+PAM +AUDIT\n" }
    : {};

/** The unit on such a computer. */
function planned(
  settings: Partial<PlannedSettings> = {},
  { isUser = false, rule = DEBIAN }: { readonly isUser?: boolean; readonly rule?: Rule } = {},
): Promise<Unit> {
  return planUnit({ ...SETTINGS, ...settings }, {
    isUser,
    host: { args: [], files: [{ name: "key-file", path: "/home/anna/key" }], secrets: [] },
    places: { unitFolder: "/u", secretsFile: "/s", denoFolder: "/home/anna/.cache/deno" },
    run: new FakeMachine(rule).run,
  });
}

Deno.test("planUnit() finds out what this computer's systemd and its users can", async () => {
  const { systemd, hasUserNamespaces } = await planned();
  assert.deepEqual([systemd, hasUserNamespaces], [257, true]);
  const bare = await planned({}, { rule: () => undefined });
  assert.deepEqual([bare.systemd, bare.hasUserNamespaces], [0, false]);
});

Deno.test("planUnit() shows a service what it reads, but no file that it is handed", async () => {
  const cameras = [{ source: "0" }, { source: "/home/anna/clip.mp4" }];
  const { visible } = await planned({ cameras });
  assert.ok(visible.includes("/home/anna/.cache/deno") && visible.includes("/home/anna/clip.mp4"));
  assert.ok(!visible.includes("/home/anna/key"));
  assert.ok((await planned({}, { isUser: true })).visible.includes("/home/anna/key"));
  const relayed = [{ source: "capturevideo://studio", sourceKeyFile: "/home/anna/studio.key" }];
  const ofUser = await planned({ cameras: relayed }, { isUser: true });
  assert.ok(ofUser.visible.includes("/home/anna/studio.key"));
});

Deno.test("planUnit() knows root's ports", async () => {
  const roots = async (settings: Partial<PlannedSettings>) =>
    (await planned(settings)).hasRootPorts;
  assert.deepEqual(
    [
      await roots({}),
      await roots({ web: 8080 }),
      await roots({ web: 443 }),
      await roots({ port: 80 }),
    ],
    [false, false, true, true],
  );
});

Deno.test("planUnit() runs this project's host with this Deno, and fetches nothing", async () => {
  const { program, programArgs, folder } = await planned();
  assert.deepEqual([program, folder], [Deno.execPath(), PROJECT_DIRECTORY]);
  assert.deepEqual(programArgs.slice(0, 2), ["run", "--cached-only"]);
  assert.deepEqual(programArgs.slice(-2), ["-P=host", "host.ts"]);
});
