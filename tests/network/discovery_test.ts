/** Hosts and guests that find each other, on computers of one network. */

import assert from "node:assert/strict";
import { PROJECT_DIRECTORY, taskArguments } from "../../lib/setup/tasks.ts";
import { temporaryFolder } from "../support/folder.ts";
import { Program } from "../support/programs.ts";
import { find, Goodbyes, network, SMALL, startGuest, startHost } from "./discovery_stage.ts";
import { INTERFACE, Lan } from "./lan.ts";
import { networkTest } from "./requirements.ts";

/** How soon a host is found, in milliseconds; a program's own start comes on top. */
const FOUND_WITHIN_MS = 2000;

for (const families of [[4], [6], [4, 6]] as (4 | 6)[][]) {
  networkTest(
    `guest finds a host by its name, and without it, over IPv${families.join(" and IPv")}`,
    async () => {
      await using stack = new AsyncDisposableStack();
      const [studio, desk] = await network(2, stack, families);
      const host = stack.use(startHost(studio!, "--name=studio", "--port=5000"));
      await host.line(/^host: found by name: guest studio$/);
      for (const named of [["studio"], ["STUDIO"], []]) {
        await using guest = startGuest(desk!, ...named);
        await guest.line(/^guest: live$/);
      }
      const [found, ...others] = await find(desk!);
      assert.equal(found?.name, "studio");
      assert.deepEqual(others, []);
      const addresses = found?.addresses ?? [];
      if (families.includes(4)) assert.ok(addresses.includes(`${studio!.ipv4}:5000`));
      if (families.includes(6)) {
        assert.ok(addresses.includes(`[${studio!.ipv6}]:5000`));
        assert.equal(addresses.at(-1), `[fe80::1%${INTERFACE}]:5000`);
      }
    },
  );
}

networkTest("guest --all shows every camera of every host, those that come later too", async () => {
  await using stack = new AsyncDisposableStack();
  const [studio, workshop, desk] = await network(3, stack);
  const host = stack.use(startHost(studio!, "--name=studio"));
  await host.line(/^host: found by name: guest studio$/);
  await using guest = startGuest(desk!, "--all");
  await guest.guestReport(({ name, state }) => name === "studio" && state === "live");
  const later = stack.use(startHost(workshop!, "--name=workshop"));
  await later.line(/^host: found by name: guest workshop$/);
  await guest.guestReport(({ name, state }) => name === "workshop" && state === "live");
  const first = await guest.guestReport(({ name }) => name === "studio");
  assert.deepEqual([first.state, first.reconnects], ["live", 0]);
});

networkTest("guest --duration counts the time in which it looks for a host", async () => {
  await using stack = new AsyncDisposableStack();
  const [studio, desk] = await network(2, stack);
  const host = stack.use(startHost(studio!, "--name=studio"));
  await host.line(/^host: found by name/);
  await using guest = startGuest(desk!, "--duration=5");
  assert.equal((await guest.ending()).code, 0);
  // Reports count from when the host was found.
  const last = guest.guestStats.at(-1);
  assert.ok(last && last.timeSec < 5, `it showed pictures for ${last?.timeSec} s`);
  assert.ok(last.received > 0);
});

networkTest("guest finds a host within two seconds of looking", async () => {
  await using stack = new AsyncDisposableStack();
  const [studio, desk] = await network(2, stack);
  const host = stack.use(startHost(studio!, "--name=studio"));
  await host.line(/^host: found by name/);
  for (let time = 0; time < 5; time++) {
    await using guest = startGuest(desk!);
    const looking = await guest.line(/^guest: looking for hosts/);
    const found = await guest.line(/^guest: found studio \(/);
    const tookMs = found.atMs - looking.atMs;
    assert.ok(tookMs < FOUND_WITHIN_MS, `${tookMs} ms`);
  }
});

networkTest(
  "two hosts of one name: the second is renamed, says so, and both are found",
  async () => {
    await using stack = new AsyncDisposableStack();
    const [first, second, desk] = await network(3, stack);
    const studio = stack.use(startHost(first!, "--name=studio"));
    await studio.line(/^host: found by name: guest studio$/);
    const other = stack.use(startHost(second!, "--name=Studio"));
    await other.line(
      /^host: warning: another host in the network is called Studio; this one is now Studio \(2\)$/,
    );
    await other.line(/^host: found by name: guest "Studio \(2\)"$/);
    const hosts = await find(desk!);
    assert.deepEqual(hosts.map(({ name }) => name).sort(), ["Studio (2)", "studio"]);

    await using guest = startGuest(desk!, "studio (2)");
    await guest.line(/^guest: live$/);
    await other.line(/^host: guest .+ joined$/);

    // Nobody there to choose: one line with all, and exit code 2.
    const { code, words } = await Program.run("guest", ["--no-window"], {
      namespace: desk!.namespace,
    });
    assert.equal(code, 2);
    assert.match(
      words.at(-1) ?? "",
      /^guest: Cannot choose a host: 2 answer: .+; give its name or address, as in guest /,
    );
  },
);

networkTest("two hosts of one name at once: one is renamed", async () => {
  await using stack = new AsyncDisposableStack();
  const computers = await network(2, stack);
  const hosts = computers.map((computer) => stack.use(startHost(computer, "--name=studio")));
  const named = await Promise.all(hosts.map((host) => host.line(/^host: found by name/)));
  assert.deepEqual(
    named.map(({ text }) => text.slice("host: found by name: guest ".length)).sort(),
    [
      '"studio (2)"',
      "studio",
    ],
  );
});

networkTest(
  "a host that ends says goodbye, however it is ended; one that is killed leaves the list",
  async () => {
    await using stack = new AsyncDisposableStack();
    const [studio, desk] = await network(2, stack);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      await using host = startHost(studio!, "--name=studio");
      await host.line(/^host: found by name/);
      const capture = stack.use(new Goodbyes(desk!));
      await capture.ready;
      host.signal(signal);
      assert.equal(await host.ended, 0);
      await capture.goodbye;
    }
    {
      await using host = startHost(studio!, "--name=studio");
      await host.line(/^host: found by name/);
      assert.equal((await find(desk!)).length, 1);
      host.signal("SIGKILL");
      await host.ended;
    }
    assert.deepEqual(await find(desk!), []);
  },
);

networkTest(
  "a guest that waits takes the host that comes, and finds it again where it has moved to",
  async () => {
    await using stack = new AsyncDisposableStack();
    const [first, second, desk] = await network(3, stack);
    const guest = stack.use(startGuest(desk!));
    await guest.line(
      /^guest: no host answers yet; start one there with --share, or give its address/,
    );
    {
      await using host = startHost(first!, "--name=studio");
      await host.port();
      await guest.line(/^guest: live$/);
    }
    await guest.line(/^guest: lost: /);
    const before = guest.lines.length;
    const host = stack.use(startHost(second!, "--name=studio", "--port=5000"));
    await host.port();
    await guest.line(/^guest: live$/, before);
  },
);

networkTest("a host for its own computer alone is found there and by nobody else", async () => {
  await using stack = new AsyncDisposableStack();
  const [studio, desk] = await network(2, stack);
  const host = stack.use(Program.start("host", SMALL, { namespace: studio!.namespace }));
  await host.port();
  const guest = stack.use(startGuest(studio!));
  await guest.line(/^guest: found this computer \(127\.0\.0\.1:65432\)$/);
  await guest.line(/^guest: live$/);
  assert.deepEqual(await find(desk!), []);
});

networkTest(
  "a host that is not to be announced is not found, and reached by its address",
  async () => {
    await using stack = new AsyncDisposableStack();
    const [studio, desk] = await network(2, stack);
    const host = stack.use(startHost(studio!, "--no-announce"));
    await host.port();
    assert.deepEqual(await find(desk!), []);
    const guest = stack.use(startGuest(desk!, studio!.ipv4));
    await guest.line(/^guest: live$/);
  },
);

networkTest("a host that is on two networks is found in both, at its address there", async () => {
  await using stack = new AsyncDisposableStack();
  const lan = stack.use(await Lan.create());
  const other = stack.use(await Lan.create());
  const [studio, desk] = [await lan.join(), await lan.join()];
  const elsewhere = await other.join();
  await other.wire(studio.namespace, 9, "eth1");
  const host = stack.use(startHost(studio, "--name=studio"));
  await host.line(/^host: found by name/);
  for (const [computer, address] of [[desk, studio.ipv4], [elsewhere, "10.78.0.9"]] as const) {
    const [found] = await find(computer);
    assert.ok(found?.addresses.includes(`${address}:65432`), found?.addresses.join());
    assert.equal(found?.addresses.filter((place) => place.startsWith("10.78.")).length, 1);
  }
});

/** Runs a guest at a terminal, types a line when it asks, and gives what it wrote once `until` came. */
const AT_A_TERMINAL = `
import os, pty, sys
typed, until, command = sys.argv[1], sys.argv[2].encode(), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0: os.execvp(command[0], command)
said = b""
asked = False
while until not in said:
    said += os.read(terminal, 4096)
    if b"type a number" in said and not asked:
        asked = True
        os.write(terminal, typed.encode().decode("unicode_escape").encode())
os.kill(pid, 2)
try:
    while True: said += os.read(terminal, 4096)
except OSError: pass
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(said)
sys.exit(os.waitstatus_to_exitcode(status))
`;

networkTest("guest lets the user choose among several hosts at a terminal", async () => {
  await using stack = new AsyncDisposableStack();
  const [first, second, desk] = await network(3, stack);
  const studio = stack.use(startHost(first!, "--name=studio"));
  const workshop = stack.use(startHost(second!, "--name=workshop"));
  for (const host of [studio, workshop]) await host.line(/^host: found by name/);
  const folder = stack.use(await temporaryFolder());
  const choose = async (typed: string, untilWords: string) => {
    const guest = [Deno.execPath(), ...taskArguments("guest"), "--no-window", "--open"];
    const { code, stdout, stderr } = await new Deno.Command("ip", {
      args: [
        ...["netns", "exec", desk!.namespace, "/usr/bin/python3", "-c", AT_A_TERMINAL],
        ...[typed, untilWords, ...guest],
      ],
      cwd: PROJECT_DIRECTORY,
      env: { XDG_CONFIG_HOME: folder.path },
    }).output();
    assert.equal(new TextDecoder().decode(stderr), "");
    return { code, said: new TextDecoder().decode(stdout) };
  };
  const chosen = await choose("7\\n1\\n", "guest: live");
  const [, name = ""] =
    /guest: 1 {2}(\w+) +10\.78\.0\.\d:65432 {2}open to all\r?\n/.exec(chosen.said) ?? [];
  await (name === "studio" ? studio : workshop).line(/^host: guest .+ joined$/);
  assert.equal(chosen.code, 0, chosen.said);
  // Ctrl-C instead of an answer.
  const left = await choose("", "type a number");
  assert.equal(left.code, 0, left.said);
  assert.doesNotMatch(left.said, /warning/);
});
