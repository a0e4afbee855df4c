/**
 * Single binaries of all programs, run where nothing else of the project is: in an empty folder,
 * with an empty environment.
 *
 * Their runtime is not the newest (old_deno.ts). Sizes and start times are printed.
 */

import assert from "node:assert/strict";
import { VERSION } from "../../lib/cli/version.ts";
import { BINARIES, binaryName } from "../../lib/release/binaries.ts";
import { BUILD_FOLDER, NEEDS_FILE_NAME } from "../../lib/opencv/ffi.ts";
import { taskArguments } from "../../lib/setup/tasks.ts";
import { Browser } from "../support/browser.ts";
import { textOf } from "../support/commands.ts";
import type { Program } from "../support/programs.ts";
import { Screen } from "../support/screen.ts";
import { testUnless } from "../support/test_unless.ts";
import { whyNoRoot } from "../systems/system_root.ts";
import { FAKE_CAMERA, linksOf } from "../web/camera_in_browser.ts";
import { drawnWithin, live, numbersOnCanvas } from "../web/page_in_browser.ts";
import { BareComputer } from "./bare_computer.ts";
import { whyNoOldDeno } from "./old_deno.ts";
import { Unpacked } from "./unpacked.ts";

const SIZE = { width: 640, height: 360 };
const PATTERN = ["--source=test", `--width=${SIZE.width}`, `--height=${SIZE.height}`];
const HOST = [...PATTERN, "--port=0", "--no-preview"];
const WEB = ["--web=0", "--no-browser"];
const BROWSER_HOST = ["--source=browser", "--web=0", "--port=0"];

const reason = whyNoOldDeno();
const unpacked = reason === undefined ? await Unpacked.make() : undefined;

/** Runs a test where there are binaries. */
function onBinaries(name: string, fn: (unpacked: Unpacked) => Promise<void>): void {
  testUnless(reason, `binaries: ${name}`, () => fn(unpacked!));
}

/** Ends a program as Ctrl-C does; it must end well, and complain of nothing. */
async function endsWell(program: Program, how: "by itself" | "SIGINT" = "by itself") {
  if (how === "SIGINT") program.signal(how);
  const { code, words } = await program.ending();
  assert.equal(code, 0, words.join("\n"));
  assert.ok(words.every((line) => !/warning|bug/.test(line)), words.join("\n"));
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

/** The page of a program shows the test pattern, moving. */
async function showsPattern(browser: Browser, program: Program): Promise<void> {
  const { text } = await program.line(/in a browser: /);
  const page = await browser.open(/\S+$/.exec(text)![0]);
  await live(page);
  const numbers = await numbersOnCanvas(page, 1000);
  assert.ok(numbers.length > 1, `the picture stands still: ${numbers}`);
  assert.deepEqual(page.complaints, []);
}

/** A host whose camera is a browser's shows that in a browser. */
async function showsCamera(browser: Browser, host: Program): Promise<void> {
  const { camera, viewer } = await linksOf(host);
  const [sender, page] = await Promise.all([browser.open(camera), browser.open(viewer)]);
  await live(page);
  assert.ok((await drawnWithin(page, 1000)).length > 1);
  assert.deepEqual([...sender.complaints, ...page.complaints], []);
  await endsWell(host, "SIGINT");
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

const noRoot = await whyNoRoot();

Deno.test({
  name: "binaries without OpenCV say which they need, and do without where they can" +
    (noRoot === undefined ? "" : `: skipped: ${noRoot}`),
  ignore: unpacked === undefined || noRoot !== undefined,
  fn: async () => {
    const bare = await BareComputer.make(unpacked!);
    const needs = await Deno.readTextFile(new URL(NEEDS_FILE_NAME, BUILD_FOLDER));
    assert.match(
      needs,
      /^OpenCV 4\.\d+\.\d+: apt install libopencv-imgproc\d+\w* libopencv-videoio\d+\w* /,
    );
    const cases: [what: string, ...Parameters<BareComputer["run"]>][] = [
      ["host: Cannot open test", "host", ...HOST],
      ["guest: Cannot show pictures in a window", "guest", "127.0.0.1:1"],
      ["guest: Cannot decode pictures", "guest", "127.0.0.1:1", "--no-window"],
      ["demo: Cannot open test", "demo", ...PATTERN],
    ];
    for (const [what, program, ...args] of cases) {
      const { code, stderr } = await bare.run(program, ...args);
      const why = "without the OpenCV bridge: libopencv_\\w+\\.so\\S*: cannot open shared object " +
        "file: No such file or directory; this needs ";
      assert.match(stderr, new RegExp(`^${what} ${why}${RegExp.escape(needs)}\n$`));
      assert.equal(code, 1);
    }
    for (const args of [["--help"], ["--list"]]) {
      const { code, stdout, stderr } = await bare.run("host", ...args);
      assert.deepEqual([code, stderr], [0, ""]);
      assert.equal(stdout, (await unpacked!.run("host", ...args)).stdout);
    }

    await using browser = await Browser.start(FAKE_CAMERA);
    await using host = unpacked!.start("host", HOST);
    await using guest = bare.start("guest", [await host.address(), ...WEB]);
    await showsPattern(browser, guest);
    await endsWell(guest, "SIGINT");
    await endsWell(host, "SIGINT");
    await using other = bare.start("host", BROWSER_HOST);
    await showsCamera(browser, other);
  },
});
