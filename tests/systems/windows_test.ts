/**
 * The programs on Windows, as far as Wine is that: Deno's own Windows build runs them, beside this
 * machine's browser, hosts and guests.
 */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import type { GuestStats } from "../../lib/cli/stats.ts";
import { Browser } from "../support/browser.ts";
import { textOf } from "../support/commands.ts";
import { Program } from "../support/programs.ts";
import { FAKE_CAMERA, linksOf, says } from "../web/camera_in_browser.ts";
import { drawnWithin, live, numbersOnCanvas } from "../web/page_in_browser.ts";
import { machineTest } from "./machine.ts";
import { WindowsMachine } from "./windows_machine.ts";

const TERMINAL = new URL("../support/terminal.py", import.meta.url).pathname;

/** What stands behind each thing that needs OpenCV. */
const WITHOUT = "on Windows there is none but inside WSL; host --source browser and guest --web " +
  "do without";

const BROWSER_HOST = ["--source=browser", "--web=0", "--port=0", "--linger=0"];

/** What a guest for browsers says first. */
const ON_THE_WAY = /^guest: (?:in a browser|connecting): /;

/** A host of this machine. */
const TEST_HOST = ["--source=test", "--port=0", "--no-preview"];

let made: Promise<WindowsMachine> | undefined;

/** A guest's figures, for people. */
function describe({ receivedFps, ageMsP50 }: GuestStats): string {
  return `${receivedFps.toFixed(1)} pictures a second, ${ageMsP50?.toFixed(1)} ms old`;
}

/** A test on one Windows for all of them. */
function onWindows(name: string, fn: (machine: WindowsMachine) => Promise<void>): void {
  machineTest(`Windows: ${name}`, async () => await fn(await (made ??= WindowsMachine.make())));
}

onWindows("npx runs a task as the README says", async (machine) => {
  const { code, words } = await machine.shell(
    `npx --script-shell=cmd --yes deno@${Deno.version.deno} task --quiet host --version`,
  );
  assert.match(words, /^host \(capturevideo\) \d+\.\d+\.\d+$/m);
  assert.equal(code, 0);
});

onWindows("a host sends a browser's camera to a guest elsewhere, until Ctrl-C", async (machine) => {
  await using browser = await Browser.start(FAKE_CAMERA);
  await using host = machine.start("host", [...BROWSER_HOST, "--stats=json"]);
  const { camera, viewer } = await linksOf(host);
  const sender = await browser.open(camera);
  await says(sender, "Nobody watches just now.");
  await using guest = Program.start("guest", [
    ...[await host.address(), "--no-window", "--no-reconnect", "--stats=json"],
  ]);
  const seen = await guest.guestReport(({ state, receivedFps }) =>
    state === "live" && receivedFps > 5
  );
  const page = await browser.open(viewer);
  await live(page);
  const drawn = await drawnWithin(page, 2000);
  const ages = drawn.map(({ ageMs }) => ageMs!).sort((a, b) => a - b);
  console.log(
    `      guest: ${describe(seen)}; ` +
      `browser: ${drawn.length / 2}, ${ages[ages.length >> 1]?.toFixed(1)} ms old`,
  );
  const { guests, captureFps } = await host.hostReport(({ guests }) => guests.length > 0);
  assert.ok(captureFps > 0);
  assert.equal(guests[0]!.rendition, "full");
  assert.deepEqual([...sender.complaints, ...page.complaints], []);

  host.signal("SIGINT");
  const { code, words } = await host.ending();
  assert.equal(code, 0);
  assert.deepEqual(words.filter((line) => /warning|bug/.test(line)), []);
  const told = await guest.ending();
  assert.match(told.words.join("\n"), /the host was ended/);
});

onWindows(
  "a guest shows another computer's host in a browser, and writes it to a file",
  async (machine) => {
    await using browser = await Browser.start();
    await using host = Program.start("host", TEST_HOST);
    const name = "seen here.mjpeg";
    await using guest = machine.start("guest", [
      ...[await host.address(), "--web=0", "--stats=json", `--output=.\\${name}`],
    ]);
    await guest.line(/in a browser: /);
    // What Windows opens a link with, hands it on to this.
    const page = await browser.open(await machine.openedLink());
    await live(page);
    const numbers = await numbersOnCanvas(page, 2000);
    assert.ok(numbers.length > 1, "the picture stands still");
    const report = await guest.guestReport(({ state, receivedFps }) =>
      state === "live" && receivedFps > 5
    );
    console.log(`      ${describe(report)}`);
    guest.signal("SIGINT");
    assert.equal((await guest.ending()).code, 0);
    const probed = await textOf("ffprobe", [
      ...[
        "-v",
        "error",
        "-f",
        "mjpeg",
        "-count_frames",
        "-show_entries",
        "stream=nb_read_frames,width",
      ],
      ...["-of", "csv=p=0", `${machine.folder}/${name}`],
    ]);
    const [width, frames] = probed.trim().split(",").map(Number);
    assert.equal(width, 1280);
    assert.ok(frames! > 10, probed);
  },
);

onWindows("keys are kept in %APPDATA%, and can be typed", async (machine) => {
  await using host = machine.start("host", [
    ...["--source=browser", "--web=0", "--port=0", "--share", "--name=wine", "--no-announce"],
  ]);
  const key = /\S+$/.exec((await host.line(/asks once for the key: /)).text)![0];
  const { key: kept } = JSON.parse(await Deno.readTextFile(`${machine.configuration}/host.json`));
  assert.equal(kept, key);
  const command = machine.command([
    ...["C:\\deno.exe", "task", "--quiet", "guest", `127.0.0.1:${await host.port()}`],
    ...["--web=0", "--no-browser", "--duration=3"],
  ]);
  const seen = await textOf("/usr/bin/python3", [
    TERMINAL,
    "type the key of",
    `${key}\r`,
    ...command,
  ]);
  assert.match(seen, /guest: .*waiting for the camera/);
  const remembered = await Deno.readTextFile(`${machine.configuration}/guest.json`);
  assert.match(remembered, new RegExp(kept));
});

onWindows(
  "capturevideo.json may have Windows' line ends and a byte order mark",
  async (machine) => {
    const path = `${machine.folder}/capturevideo.json`;
    try {
      await Deno.writeTextFile(path, '\ufeff{\r\n  "web": 0,\r\n  "port": "many"\r\n}\r\n');
      assert.deepEqual(await machine.run("host", "--source=browser"), {
        code: 2,
        words: 'host: "port" in capturevideo.json must be an integer from 0 to 65535, not "many"\n',
      });
    } finally {
      await Deno.remove(path);
    }
  },
);

onWindows("what cannot be says so in one line that fits Windows", async (machine) => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  const cases: [code: number, line: string, task: string, ...args: string[]][] = [
    [1, `host: Cannot open test without the OpenCV bridge: ${WITHOUT}`, "host", "--source=test"],
    [
      1,
      `host: Cannot open C:\\clip.mp4 without the OpenCV bridge: ${WITHOUT}`,
      ...["host", "--source=C:\\clip.mp4"] as const,
    ],
    [
      1,
      "host: Cannot ask for cameras: on Windows the browser does, which --source browser opens",
      ...["host", "--list"] as const,
    ],
    [1, `guest: Cannot show pictures in a window without the OpenCV bridge: ${WITHOUT}`, "guest"],
    [
      1,
      `guest: Cannot decode pictures without the OpenCV bridge: ${WITHOUT}`,
      ...["guest", "--no-window"] as const,
    ],
    [1, `Cannot build the OpenCV bridge: ${WITHOUT}`, "build"],
    [1, `Cannot build the OpenCV bridge: ${WITHOUT}`, "demo"],
    [
      0,
      "setup: On Windows there is nothing to install: host --source browser and guest --web need " +
      "nothing; all else runs inside WSL",
      "setup",
    ],
    [
      1,
      `host: Cannot listen on 127.0.0.1:${port}: the address is already in use; another program ` +
      "may have taken the port",
      ...["host", "--source=browser", "--no-adapt", `--port=${port}`] as const,
    ],
    [
      2,
      "host: unknown option --shaer; did you mean --share?",
      ...["host", "--shaer"] as const,
    ],
    [
      1,
      "guest: Cannot connect to nosuch:65432: no name server knows that name",
      ...["guest", "nosuch", "--web=0", "--no-reconnect"] as const,
    ],
    [
      1,
      "guest: Cannot write C:\\windows: it is a directory",
      ...["guest", "127.0.0.1", "--web=0", "--output=C:\\windows"] as const,
    ],
    [
      1,
      "guest: Cannot write C:\\nowhere\\x.mjpeg: there is no such file or directory",
      ...["guest", "127.0.0.1", "--web=0", "--output=C:\\nowhere\\x.mjpeg"] as const,
    ],
    [
      1,
      "guest: Cannot write a?.mjpeg: there can be no file of that name",
      ...["guest", "127.0.0.1", "--web=0", "--output=a?.mjpeg"] as const,
    ],
  ];
  for (const [code, line, task, ...args] of cases) {
    const { code: ended, words } = await machine.run(task, ...args);
    const lines = words.trimEnd().split("\n").filter((words) => !ON_THE_WAY.test(words));
    assert.deepEqual({ code: ended, lines }, { code, lines: [line] });
  }
});

onWindows("the doctor finds nothing between a host and its picture", async (machine) => {
  const { code, words } = await machine.run("doctor");
  assert.equal(code, 0, words);
  assert.match(words, /^note {2}OpenCV .*\n.*\n +type: deno task host --source browser$/m);
  assert.doesNotMatch(words, /sudo|apt|chmod|\/dev\/|\/etc\//);
});
