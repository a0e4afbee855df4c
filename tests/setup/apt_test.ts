import assert from "node:assert/strict";
import { findMissing, installPackages } from "../../lib/setup/apt.ts";
import { SetupError } from "../../lib/setup/setup_error.ts";
import { FakeMachine, type Rule } from "./fake_machine.ts";

const NO_SUCH_PACKAGE = { code: 100, stderr: "E: Unable to locate package xvfb" };
const PLAN = "Need to get 2,300 kB of archives.\n";
const DONE = { stdout: PLAN };
const NO_NETWORK = { ...DONE, code: 100, stderr: "E: Failed to fetch http://deb.debian.org/x.deb" };

/** Installs xvfb on a machine that behaves by `rule`; what was run, reported and thrown. */
async function install(user: "root" | "other", rule: Rule) {
  const machine = new FakeMachine(rule);
  const reports: string[] = [];
  let message: string | undefined;
  try {
    await installPackages(["xvfb"], {
      run: machine.run,
      uid: user === "root" ? 0 : 1000,
      advised: ["xvfb", "ffmpeg"],
      report: (line) => reports.push(line),
    });
  } catch (error) {
    assert.ok(error instanceof SetupError);
    message = error.message;
  }
  return { commands: machine.commandLines.map(shortened), reports, message };
}

function shortened(commandLine: string): string {
  return commandLine.replaceAll(/ -o \S+| -y --no-install-recommends/g, "");
}

Deno.test("findMissing() asks dpkg once, for all packages", async () => {
  const machine = new FakeMachine(() => ({ code: 1, stdout: "g++ installed\n" }));
  assert.deepEqual(await findMissing(["g++", "xvfb"], machine.run), ["xvfb"]);
  assert.equal(machine.commandLines.length, 1);
});

Deno.test("findMissing() reads dpkg's listing", async (t) => {
  const wanted = ["g++", "xvfb"];
  const cases: [what: string, listing: string, missing: string[]][] = [
    ["nothing known", "", ["g++", "xvfb"]],
    ["all installed", "g++ installed\nxvfb installed\n", []],
    ["removed, its configuration left", "g++ installed\nxvfb config-files\n", ["xvfb"]],
    ["known but never installed", "g++ not-installed\nxvfb installed\n", ["g++"]],
    ["installation broken off", "g++ half-configured\nxvfb installed\n", ["g++"]],
    ["two architectures", "g++ config-files\ng++ installed\nxvfb installed\n", []],
    ["a name that is part of another", "g++-12 installed\nxvfb installed\n", ["g++"]],
  ];
  for (const [what, stdout, missing] of cases) {
    const { run } = new FakeMachine(() => ({ stdout }));
    await t.step(what, async () => assert.deepEqual(await findMissing(wanted, run), missing));
  }
});

Deno.test("findMissing() is undefined on a system without dpkg", async () => {
  assert.equal(await findMissing(["g++"], new FakeMachine(() => undefined).run), undefined);
});

Deno.test("installPackages() as root does not update lists that are good", async () => {
  const { commands, reports, message } = await install("root", () => DONE);
  assert.deepEqual(commands, ["apt-get install xvfb"]);
  assert.deepEqual(reports, ["Installing xvfb: 2,300 kB to download, then a minute or two"]);
  assert.equal(message, undefined);
});

Deno.test("installPackages() reports what apt-get says of its progress", async () => {
  const { reports } = await install("root", (line) => {
    assert.match(line, / -o APT::Status-Fd=1 /);
    return {
      stdout: `${PLAN}Get:1 http://deb.debian.org/xvfb.deb\n` +
        "dlstatus:1:50.5:Retrieving file 1 of 1\n" +
        "Unpacking xvfb (21) ...\npmstatus:xvfb:33.3333:Unpacking xvfb (amd64)\n",
    };
  });
  assert.deepEqual(reports.slice(1), ["50 % downloaded", "30 % installed"]);
});

Deno.test("installPackages() updates lists that lack the package, or name files which are gone", async () => {
  for (const failure of [NO_SUCH_PACKAGE, NO_NETWORK]) {
    let updated = false;
    const { commands, message } = await install("root", (line) => {
      if (/ update /.test(line)) updated = true;
      return updated ? DONE : failure;
    });
    assert.deepEqual(commands, ["apt-get install xvfb", "apt-get update", "apt-get install xvfb"]);
    assert.equal(message, undefined);
  }
});

Deno.test("installPackages() runs everything by a sudo that asks for no password", async () => {
  const { commands } = await install(
    "other",
    (line) => line.includes(" install ") ? NO_NETWORK : DONE,
  );
  const sudo = "sudo -n env LC_ALL=C DEBIAN_FRONTEND=noninteractive apt-get";
  assert.deepEqual(commands.slice(1), [
    `${sudo} install xvfb`,
    `${sudo} update`,
    `${sudo} install xvfb`,
  ]);
});

Deno.test("installPackages() of another user installs nothing and names the command", async () => {
  const asksForPassword = { code: 1, stderr: "sudo: a password is required" };
  const line = "apt-get install -y --no-install-recommends xvfb ffmpeg";
  for (
    const [answer, command] of [
      [asksForPassword, `sudo apt-get update && sudo ${line}`],
      [undefined, `su -c 'apt-get update && ${line}'`],
    ] as const
  ) {
    const { commands, reports, message } = await install("other", () => answer);
    assert.deepEqual(commands, ["sudo -n true"]);
    assert.deepEqual(reports, []);
    assert.equal(
      message,
      "Cannot install what is missing: that needs root. Run this, then try again:\n\n" +
        `    ${command}\n`,
    );
  }
});

Deno.test("installPackages() says that there is no network", async () => {
  const { message } = await install("root", (line) => {
    // apt-get update ends with 0 even when it reached no server.
    if (/ update /.test(line)) return { stderr: "W: Failed to fetch http://deb.debian.org\n" };
    return NO_SUCH_PACKAGE;
  });
  assert.equal(
    message,
    "Cannot find xvfb: the package server cannot be reached. apt-get's last lines:\n\n" +
      "    W: Failed to fetch http://deb.debian.org\n    E: Unable to locate package xvfb\n",
  );
});

Deno.test("installPackages() neither updates nor blames the lists for what another apt or a disk does", async () => {
  for (const words of ["E: Could not get lock /var/lib/dpkg/lock-frontend.", "E: disk full"]) {
    const { commands, message } = await install("root", () => ({ code: 100, stderr: words }));
    assert.deepEqual(commands, ["apt-get install xvfb"]);
    assert.equal(
      message,
      `Cannot install xvfb: apt-get failed. apt-get's last lines:\n\n    ${words}\n`,
    );
  }
});

Deno.test("installPackages() does not put a failure down to a source that could not be updated", async () => {
  let updated = false;
  const { message } = await install("root", (line) => {
    if (!/ update /.test(line)) return updated ? { code: 100, stderr: "E: disk full" } : NO_NETWORK;
    updated = true;
    return { stderr: "W: Failed to fetch http://elsewhere.example" };
  });
  assert.match(message!, /^Cannot install xvfb: apt-get failed\. .*\n\n {4}E: disk full\n$/);
});

Deno.test("installPackages() shows the end of apt's output when it fails", async () => {
  const output = Array.from({ length: 50 }, (_, index) => `line ${index}`).join("\n");
  const { commands, message } = await install("root", () => ({
    ...{ code: 100, stdout: `${PLAN}${output}\npmstatus:xvfb:0:Running dpkg\n` },
  }));
  assert.equal(commands.length, 1);
  assert.ok(message?.startsWith("Cannot install xvfb: apt-get failed. apt-get's last lines:\n\n"));
  assert.ok(message?.includes("line 40") && message.endsWith("    line 49\n"));
  assert.ok(!message?.includes("line 39"));
});
