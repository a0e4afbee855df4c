/**
 * Single binaries of all programs, run where nothing else of the project is: in an empty folder,
 * with an empty environment.
 *
 * Their runtime is not the newest (old_deno.ts). Sizes and start times are printed.
 */

import assert from "node:assert/strict";
import { VERSION } from "../../lib/cli/version.ts";
import { BINARIES, binaryName } from "../../lib/release/binaries.ts";
import { taskArguments } from "../../lib/setup/tasks.ts";
import { Browser } from "../support/browser.ts";
import { textOf } from "../support/commands.ts";
import { Screen } from "../support/screen.ts";
import { testUnless } from "../support/test_unless.ts";
import { FAKE_CAMERA } from "../web/camera_in_browser.ts";
import { whyNoOldDeno } from "./old_deno.ts";
import {
  BROWSER_HOST,
  endsWell,
  HOST,
  PATTERN,
  showsCamera,
  showsPattern,
  SIZE,
  WEB,
} from "./programs.ts";
import { Unpacked } from "./unpacked.ts";

const reason = whyNoOldDeno();
const unpacked = reason === undefined ? await Unpacked.make() : undefined;

/** Runs a test where there are binaries. */
function onBinaries(name: string, fn: (unpacked: Unpacked) => Promise<void>): void {
  testUnless(reason, `binaries: ${name}`, () => fn(unpacked!));
}

onBinaries("the archive has the programs, the licence and a page", async ({ archive }) => {
  const list = (await textOf("tar", ["-tzf", archive.path])).trim().split("\n").toSorted();
  const files = ["", "LICENSE", "README.md", ...BINARIES.map(binaryName)];
  assert.deepEqual(list, files.map((file) => `${archive.name}/${file}`).toSorted());
});

onBinaries("each holds its program and what that uses, and nothing else", ({ archive }) => {
  for (const program of BINARIES) {
    const [script = ""] = taskArguments(program).slice(-1);
    const listed = archive.said.get(binaryName(program))!;
    const top = Array.from(listed.matchAll(/^[├└]\S+ ([^\s/]+)/gm), ([, name]) => name);
    const parts = [".deno_compile_node_modules", script, "lib", "settings", "settings.ts"];
    assert.deepEqual(top.toSorted(), parts.toSorted());
  }
  return Promise.resolve();
});

onBinaries("each says its version and its options, and how it starts", async (unpacked) => {
  for (const program of BINARIES) {
    const version = await unpacked.run(program, "--version");
    assert.deepEqual(
      [version.code, version.stdout, version.stderr],
      [0, `${program} (capturevideo) ${VERSION}\n`, ""],
    );
    const help = await unpacked.run(program, "--help");
    assert.deepEqual([help.code, help.stderr], [0, ""]);
    assert.match(help.stdout, new RegExp(`^Usage: ${program} `));
    const { size } = await Deno.stat(`${unpacked.folder}/${binaryName(program)}`);
    console.log(
      `      ${binaryName(program)}: ${(size / 1e6).toFixed(1)} MB; ` +
        `--version took ${version.ms.toFixed(0)} ms, --help ${help.ms.toFixed(0)} ms`,
    );
  }
});

onBinaries("what is wrong is said in a line, with exit code 1 or 2", async (unpacked) => {
  const cases: [code: number, line: string, ...Parameters<Unpacked["run"]>][] = [
    [2, "host: unknown option --shaer; did you mean --share?", "host", "--shaer"],
    [2, "demo: unknown option --soruce; did you mean --source?", "demo", "--soruce"],
    [
      1,
      "guest: Cannot connect to 127.0.0.1:1: the connection was refused; nothing listens there",
      ...["guest", "127.0.0.1:1", "--no-window", "--no-reconnect"] as const,
    ],
    [
      1,
      "demo: Cannot open video file nosuch.avi: there is no such file; a camera is named by its " +
      "index, as in --source 0",
      ...["demo", "--source=nosuch.avi"] as const,
    ],
  ];
  for (const [code, line, program, ...args] of cases) {
    const { code: ended, stderr } = await unpacked.run(program, ...args);
    assert.deepEqual([ended, stderr.trimEnd().split("\n").at(-1)], [code, line], stderr);
  }
});

onBinaries("the guest's window shows the host's pictures, until q", async (unpacked) => {
  await using screen = await Screen.start(SIZE);
  const startedAtMs = performance.now();
  await using host = unpacked.start("host", [...HOST, "--stats=json"]);
  const address = await host.address();
  const listeningAtMs = performance.now();
  await using guest = unpacked.start("guest", [address, "--stats=json"], screen.env);
  await guest.line(/: live$/);
  const liveAtMs = performance.now();
  await screen.advances(await screen.advances());
  const { receivedFps, ageMsP50 } = await guest.guestReport(({ state, receivedFps, ageMsP50 }) =>
    state === "live" && receivedFps > 5 && ageMsP50 !== null
  );
  console.log(
    `      host: listening after ${(listeningAtMs - startedAtMs).toFixed(0)} ms; ` +
      `guest: live after ${(liveAtMs - listeningAtMs).toFixed(0)} ms, ` +
      `${receivedFps.toFixed(1)} pictures a second, ${ageMsP50!.toFixed(1)} ms old`,
  );
  await screen.press("image", "q");
  await endsWell(guest);
  await endsWell(host, "SIGINT");
});

for (const program of ["host", "demo"] as const) {
  onBinaries(`the window of ${program} shows the pictures, until q`, async (unpacked) => {
    await using screen = await Screen.start(SIZE);
    const args = program === "host" ? [...PATTERN, "--port=0"] : PATTERN;
    await using shown = unpacked.start(program, args, screen.env);
    await screen.advances(await screen.advances());
    await screen.press("frame", "q");
    await endsWell(shown);
  });
}

onBinaries("pages of host and guest show the pictures in a browser", async (unpacked) => {
  await using browser = await Browser.start(FAKE_CAMERA);
  await using host = unpacked.start("host", [...HOST, "--web=0"]);
  await using guest = unpacked.start("guest", [await host.address(), ...WEB]);
  for (const program of [host, guest]) await showsPattern(browser, program);
  await endsWell(guest, "SIGINT");
  await endsWell(host, "SIGINT");
  await using other = unpacked.start("host", BROWSER_HOST);
  await showsCamera(browser, other);
});

onBinaries("the doctor finds OpenCV, and names the binaries", async (unpacked) => {
  const { stdout } = await unpacked.run("doctor", "--port=1");
  assert.match(stdout, /^good {2}OpenCV +4\./m);
  assert.match(stdout, /^ *type: +capturevideo-/m);
  assert.doesNotMatch(stdout, /deno task/);
});
