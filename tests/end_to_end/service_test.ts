/** The host as systemd starts it: what it tells the service manager, and writes into the journal. */

import assert from "node:assert/strict";
import { linesOf } from "../../lib/text/lines.ts";
import { temporaryFolder } from "../support/folder.ts";
import { Program } from "../support/programs.ts";

const HOST = ["--source=test", "--port=0", "--no-preview"];

/** Binds the socket that it is given, says so, and prints what arrives there. */
const MANAGER = `
import socket, sys
manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
manager.bind(sys.argv[1].replace("@", "\\0"))
print("bound", flush=True)
while True: print(manager.recv(4096).decode(), flush=True)
`;

/** Has standard error taken for the journal's, and becomes the leader of a process group. */
const TO_JOURNAL = 'JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2) exec setsid "$@"';

/** A service manager that only listens. */
class Manager implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #lines: AsyncGenerator<string, void>;

  private constructor(process: Deno.ChildProcess) {
    this.#process = process;
    this.#lines = linesOf(process.stdout);
  }

  static async listen(socket: string): Promise<Manager> {
    const args = ["-c", MANAGER, socket];
    const process = new Deno.Command("/usr/bin/python3", { args, stdout: "piped" }).spawn();
    const manager = new Manager(process);
    assert.equal(await manager.next(), "bound");
    return manager;
  }

  /** What it is told next. */
  async next(): Promise<string | void> {
    return (await this.#lines.next()).value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill();
    await this.#lines.return();
    await this.#process.status;
  }
}

Deno.test("a host tells a service manager that it is ready, and then that it is alive", async () => {
  await using folder = await temporaryFolder();
  for (const socket of [`${folder.path}/notify`, `@capturevideo-${crypto.randomUUID()}`]) {
    await using manager = await Manager.listen(socket);
    const env = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: "300000" };
    await using host = Program.start("host", HOST, { env });
    assert.equal(await manager.next(), "READY=1");
    await host.port();
    for (const _ of [1, 2, 3]) assert.equal(await manager.next(), "WATCHDOG=1");
  }
});

Deno.test("a host goes on, and complains of nothing, where no service manager listens", async () => {
  await using folder = await temporaryFolder();
  const env = { NOTIFY_SOCKET: `${folder.path}/nobody`, WATCHDOG_USEC: "50000" };
  await using host = Program.start("host", [...HOST, "--stats=json"], { env });
  await host.hostReport(({ timeSec }) => timeSec > 1);
  host.signal("SIGTERM");
  const { code, words } = await host.ending();
  assert.equal(code, 0);
  assert.deepEqual(words.filter((line) => /warning|bug/.test(line)), []);
});

Deno.test("a host writes a line for each thing into the journal, and no key", async () => {
  await using folder = await temporaryFolder();
  const args = [...HOST, "--share", "--web=0", "--name=studio", "--no-announce"];
  await using host = Program.start("host", args, {
    starter: ["sh", "-c", TO_JOURNAL, "sh", Deno.execPath(), "task", "--quiet"],
    env: { XDG_CONFIG_HOME: folder.path },
  });
  await host.line(/in a browser/);
  const path = `${folder.path}/capturevideo/host.json`;
  const { key } = JSON.parse(await Deno.readTextFile(path));
  const [where, which, browser, ...others] = host.words;
  assert.match(
    where!,
    /^host: on the other computer: deno task guest \S+(, or deno task guest \S+)*$/,
  );
  assert.equal(which, `host: it asks once for the key, which is in ${path}`);
  assert.match(browser!, /^host: in a browser: https:\/\/[^#]*$/);
  assert.deepEqual(others, []);
  assert.ok(!host.words.join().includes(key));
});

Deno.test("a host whose standard error is not the journal's shows its key", async () => {
  await using folder = await temporaryFolder();
  const env = { XDG_CONFIG_HOME: folder.path, JOURNAL_STREAM: "8:12345" };
  await using host = Program.start("host", [...HOST, "--share", "--no-announce"], { env });
  await host.line(/^host: it asks once for the key: (\w{4}-){3}\w{4}$/);
});
