/** A guest whose window is a browser: `guest --web`. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { monotonicMicros } from "../../lib/opencv/mod.ts";
import { JpegStreamCutter } from "../../lib/jpeg/stream.ts";
import { Browser, browserTest as test } from "../support/browser.ts";
import { textOf } from "../support/commands.ts";
import { temporaryFolder } from "../support/folder.ts";
import { Program } from "../support/programs.ts";
import { until } from "../support/until.ts";
import {
  ageErrorsMs,
  clockOffsetMs,
  drawnWithin,
  live,
  numbersOnCanvas,
  words,
} from "./page_in_browser.ts";

const HOST = ["--source=test", "--no-preview"];

/** Writes down what it is asked to open, as a desktop's opens it; the file is there once it is whole. */
const OPENER = '#!/bin/sh\nprintf %s "$1" > "$OPENED.new" && mv "$OPENED.new" "$OPENED"\n';

test("guest --web opens the local browser, which shows the host's picture at its true age", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/xdg-open`, OPENER, { mode: 0o755 });
  const opened = `${folder.path}/opened`;
  const output = `${folder.path}/pictures.mjpeg`;
  let host = Program.start("host", [...HOST, "--port=0"]);
  const port = await host.port();
  await using guest = Program.start("guest", [
    ...[`127.0.0.1:${port}`, "--web=0", `--output=${output}`, "--stats=json"],
  ], { env: { DISPLAY: ":99", PATH: `${folder.path}:${Deno.env.get("PATH")}`, OPENED: opened } });
  const { text } = await guest.line(/in a browser: /);
  const url = await until("a browser", () => Deno.readTextFile(opened).catch(() => undefined));
  assert.equal(url, /\S+$/.exec(text)![0]);

  await using browser = await Browser.start();
  const page = await browser.open(url);
  await live(page);
  // Nothing is compressed on the way.
  const { result } = await (await fetch(`${url}state`)).json();
  assert.equal(result.encoder.quality, null);
  // The first exchanges of the clocks are over.
  await drawnWithin(page, 1500);
  const offsetMs = await clockOffsetMs(page, () => monotonicMicros() / 1000);
  const errorsMs = ageErrorsMs(await drawnWithin(page, 1000), offsetMs);
  const [median, worst] = [errorsMs[errorsMs.length >> 1]!, errorsMs.at(-1)!];
  console.log(`      wrong by ${median.toFixed(1)} ms, by ${worst.toFixed(1)} ms at the most`);
  assert.ok(Math.abs(median) < 10);
  const seen = await numbersOnCanvas(page, 1000);
  assert.deepEqual(seen.filter((number, n) => n > 0 && number <= seen[n - 1]!), []);
  console.log(`      ${seen.length} pictures in a second on the canvas`);
  await guest.guestReport(({ state, shown, ageMsP50 }) =>
    state === "live" && shown > 0 && ageMsP50 !== null
  );

  // The way from the host is no less than the page's own.
  await host[Symbol.asyncDispose]();
  await until("the loss in words", async () => /Cannot connect to/.test(await words(page)));
  host = Program.start("host", [...HOST, `--port=${port}`]);
  await using _again = host;
  await live(page);

  guest.signal("SIGINT");
  await until("the end in words", async () => /the guest was ended/.test(await words(page)));
  assert.equal((await guest.ending()).code, 0);
  const pictures = [...new JpegStreamCutter().push(await Deno.readFile(output))];
  assert.ok(pictures.length > 30, `${pictures.length}`);
});

Deno.test("guest --web --share asks others for this computer's key, and opens no browser", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/xdg-open`, OPENER, { mode: 0o755 });
  await using host = Program.start("host", [...HOST, "--port=0"]);
  await using guest = Program.start("guest", [
    ...[await host.address(), "--web=0", "--share", "--frames=120"],
  ], {
    env: {
      ...{ DISPLAY: ":99", PATH: `${folder.path}:${Deno.env.get("PATH")}` },
      ...{ OPENED: `${folder.path}/opened`, XDG_CONFIG_HOME: folder.path },
    },
  });
  const { text } = await guest.line(/in a browser: https:/);
  const link = new URL(/\S+$/.exec(text)![0]);
  const status = (path: string, ...args: string[]) =>
    textOf("curl", [
      ...["-sk", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "20", ...args],
      `https://127.0.0.1:${link.port}/${path}`,
    ]);
  const key = link.hash.slice(1);
  assert.deepEqual(
    [await status(""), await status("snapshot"), await status("snapshot", "-u", `:${key}`)],
    ["200", "401", "200"],
  );
  const { code } = await guest.ending();
  assert.equal(code, 0);
  await assert.rejects(Deno.stat(`${folder.path}/opened`), Deno.errors.NotFound);
});
