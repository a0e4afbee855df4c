/** The life of a service of a user: each of these tests goes on where the one before it ended. */

import assert from "node:assert/strict";
import { textOf } from "../../support/commands.ts";
import { HOST, keyIn, pictures, Service, startGuest, UNIT } from "./support.ts";

const USER = "anna";
const CONFIGURATION = `/home/${USER}/.config`;
const IDENTITY = `${CONFIGURATION}/capturevideo/host.json`;

const service = new Service(USER);

/** Adds the user, whose manager runs without a log-in. */
async function addUser(): Promise<void> {
  await textOf("useradd", ["--create-home", "--groups=video", USER]);
  // Deno is root's, and may lie in root's home folder.
  await Deno.chmod("/root", 0o711);
  // What the start of a computer brings up, and that of this machine does not.
  await textOf("systemctl", ["start", "dbus.socket"]);
  await textOf("loginctl", ["enable-linger", USER]);
}

Deno.test("a service that a user installs shows a camera's pictures to a guest", async () => {
  await addUser();
  assert.deepEqual(await service.install(...HOST, "--user"), [
    `service: installed and started: ${CONFIGURATION}/systemd/user/${UNIT}; what it says: ` +
    "journalctl --user-unit capturevideo",
  ]);
  assert.match(await service.systemctl("status"), /^ +Active: active \(running\)/m);
  await using guest = startGuest(await keyIn(IDENTITY));
  await pictures(guest);
  const words = (await service.journal()).map(({ message }) => message);
  assert.ok(words.includes("host: camera live"), words.join("\n"));
});

Deno.test("it is that user, and sees of the homes its own folder and where systemd listens", async () => {
  const { pid } = await service.state();
  const uid = (await textOf("id", ["-u", USER])).trim();
  assert.match(
    await Deno.readTextFile(`/proc/${pid}/status`),
    new RegExp(`^Uid:\\t${uid}\\t`, "m"),
  );
  const find = ["find", "/home", "/run/user", "-not", "-type", "d"];
  assert.deepEqual((await textOf("nsenter", [`--target=${pid}`, "--mount", ...find])).split("\n"), [
    IDENTITY,
    `/run/user/${uid}/systemd/notify`,
    "",
  ]);
});

Deno.test("killed, it is back with its key, and a guest goes on", async () => {
  await using guest = startGuest(await keyIn(IDENTITY));
  const first = await pictures(guest);
  Deno.kill((await service.state()).pid, "SIGKILL");
  await service.restarted(1);
  assert.ok(await pictures(guest) > first);
});
