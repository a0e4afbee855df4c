/** The life of an installed service: each of these tests goes on where the one before it ended. */

import assert from "node:assert/strict";
import { argument, word } from "../../../lib/service/quoting.ts";
import { PROJECT_DIRECTORY } from "../../../lib/setup/tasks.ts";
import { textOf } from "../../support/commands.ts";
import { HOST, keyIn, pictures, Service, show, startGuest, UNIT } from "./support.ts";

const UNIT_FILE = `/etc/systemd/system/${UNIT}`;
const IDENTITY = "/var/lib/capturevideo/host.json";
const SECRETS = "/etc/capturevideo/host.env";
const KEY_FILE = "/root/studio.key";

const service = new Service();

/** What a file of a process says, as `/proc` has it. */
function processFile(pid: number, name: string): string {
  return Deno.readTextFileSync(`/proc/${pid}/${name}`);
}

Deno.test("a service that is installed shows a camera's pictures to a guest", async () => {
  assert.deepEqual(await service.install(...HOST), [
    `service: installed and started: ${UNIT_FILE}; what it says: journalctl --unit capturevideo`,
  ]);
  const { active, restarts } = await service.state();
  assert.deepEqual([active, restarts], ["active", 0]);
  assert.equal((await service.systemctl("is-enabled")).trim(), "enabled");
  await using guest = startGuest(await keyIn(IDENTITY));
  await pictures(guest);
});

Deno.test("its journal has a line for each thing, and no key", async () => {
  const entries = (await service.journal()).filter(({ by }) => by === "capturevideo");
  for (const { message } of entries) show(message);
  const joined = entries.map(({ message }) => /^host: guest (\S+) joined$/.exec(message)?.[1]);
  const guest = joined.find((address) => address !== undefined)?.replaceAll(".", "\\.");
  const forms = [
    /^host: on the other computer: deno task guest studio, or deno task guest \S+$/,
    /^host: it asks once for the key, which is in \/var\/lib\/capturevideo\/host\.json$/,
    /^host: vivid \(\/dev\/video0\): 640x360 at 10 frames\/s, \S+$/,
    /^host: camera live$/,
    /^host: guest 127\.0\.0\.1:\d+ joined$/,
    // On a slow machine a guest may have tried twice.
    new RegExp(`^host: ${guest} ended: .+$`),
  ];
  for (const form of forms) {
    assert.equal(entries.filter(({ message }) => form.test(message)).length, 1, String(form));
  }
  assert.deepEqual(entries.filter(({ level }) => level < 6), []);
  const key = await keyIn(IDENTITY);
  assert.ok(entries.every(({ message }) => !message.includes(key)));
});

Deno.test("it is nobody, sees no home folder, changes nothing, and has cameras alone", async () => {
  const { pid } = await service.state();
  const status = new Map(
    processFile(pid, "status").split("\n").map((line) => line.split(/:\s*/, 2) as [string, string]),
  );
  assert.notEqual(status.get("Uid")?.split("\t")[0], "0");
  assert.deepEqual(
    ["NoNewPrivs", "Seccomp", "CapEff", "CapBnd"].map((name) => Number(`0x${status.get(name)}`)),
    [1, 2, 0, 0],
  );
  const inside = (...command: string[]) =>
    textOf("nsenter", ["--target", `${pid}`, "--mount", ...command]);
  const homes = (await inside("ls", "-A", "/root", "/home")).trim();
  assert.equal(homes, "/home:\n\n/root:\n.cache\n.npm");
  await assert.rejects(inside("touch", `${PROJECT_DIRECTORY}/host.ts`), /Read-only file system/);
  await assert.rejects(inside("touch", "/etc/passwd"), /Read-only file system/);

  const group = `/sys/fs/cgroup/system.slice/${UNIT}/cgroup.procs`;
  const open = (device: string) => textOf("sh", ["-c", `echo $$ >"$0" && : <"$1"`, group, device]);
  await open("/dev/video0");
  await assert.rejects(open("/dev/kmsg"), /Operation not permitted/);
});

Deno.test("systemd finds it well protected", async () => {
  const text = await textOf("systemd-analyze", ["security", "--no-pager", UNIT]);
  const [line] = /Overall exposure level.*/.exec(text) ?? [];
  assert.match(line!, /: 1\.\d OK/);
  show(line!);
});

Deno.test("killed or stopped, it is back with its key and port, and a guest goes on", async () => {
  const key = await keyIn(IDENTITY);
  await using guest = startGuest(key);
  const first = await pictures(guest);
  const killedAtMs = performance.now();
  Deno.kill((await service.state()).pid, "SIGKILL");
  await service.restarted(1);
  const second = await pictures(guest);
  assert.ok(second > first);
  show(`pictures ${secondsSince(killedAtMs)} s after a kill`);

  const stoppedAtMs = performance.now();
  Deno.kill((await service.state()).pid, "SIGSTOP");
  await service.restarted(2);
  assert.ok(await pictures(guest) > second);
  show(`pictures ${secondsSince(stoppedAtMs)} s after a stop`);
  const words = (await service.journal()).map(({ message }) => message);
  assert.equal(words.filter((line) => /Watchdog timeout \(limit 30s\)/.test(line)).length, 1);
  assert.equal(await keyIn(IDENTITY), key);
});

function secondsSince(startedAtMs: number): string {
  return ((performance.now() - startedAtMs) / 1000).toFixed(1);
}

Deno.test("with a wrong option it ends, says which, and is not started again", async () => {
  await Deno.mkdir("/etc/capturevideo", { recursive: true });
  await Deno.writeTextFile(SECRETS, "CAPTUREVIDEO_PORT=many\n", { mode: 0o600 });
  await assert.rejects(service.systemctl("restart"));
  const { active, result, restarts } = await service.state();
  assert.deepEqual([active, result, restarts], ["failed", "exit-code", 0]);
  const said = (await service.journal()).filter(({ by }) => by === "capturevideo").at(-1);
  assert.deepEqual(said, {
    message: 'host: CAPTUREVIDEO_PORT must be an integer from 0 to 65535, not "many"',
    level: 3,
    by: "capturevideo",
  });
  await Deno.remove(SECRETS);
});

Deno.test("a key in a file of root's reaches it, and lets in guests with that key alone", async () => {
  const [key, before] = ["7K2M-Q9XD-4RTV-H3WB", await keyIn(IDENTITY)];
  await Deno.writeTextFile(KEY_FILE, `${key}\n`, { mode: 0o600 });
  assert.deepEqual(await service.install(...HOST, `--key-file=${KEY_FILE}`), [
    `service: replaced and started again: ${UNIT_FILE}; what it says: journalctl --unit capturevideo`,
  ]);
  const command = processFile((await service.state()).pid, "cmdline");
  assert.match(command, /--key-file=\/run\/credentials\/capturevideo\.service\/key-file\0/);
  await using guest = startGuest(key);
  await using other = startGuest(before);
  await pictures(guest);
  const { code, words } = await other.ending();
  assert.equal(code, 1);
  assert.match(words.at(-1)!, /^guest: Cannot go on: \S+ does not have the key that was given; /);
});

Deno.test("switched off for good, it ends in order", async () => {
  await service.systemctl("disable", "--now");
  const { active, result } = await service.state();
  assert.deepEqual([active, result], ["inactive", "success"]);
});

Deno.test("systemd reads the words of a command line as they were meant", async () => {
  const words = [
    ...["", "a b", "100%", "%h", "$HOME", "${HOME}", "$$", 'say "no"', "it's", "back\\slash", ";"],
    ...["two\nlines", "tab\t", "#", "Büro", "\\", "a=b:c", "-", "*", "~"],
  ];
  const print = "import json, sys; print(json.dumps(sys.argv[1:]))";
  const command = [word("/usr/bin/python3"), ...["-c", print, ...words].map(argument)].join(" ");
  await Deno.writeTextFile(
    "/run/systemd/system/words.service",
    `[Service]\nType=oneshot\nExecStart=${command}\nStandardOutput=file:/run/words\n`,
  );
  await textOf("systemctl", ["start", "words.service"]);
  assert.deepEqual(JSON.parse(await Deno.readTextFile("/run/words")), words);
});
