/** What the page may change of the picture, where the host lets it, and that it may not elsewhere. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import "../support/bridge.ts";
import type { PictureControl } from "../../lib/channel/picture_controls.ts";
import { jpegSize } from "../../lib/jpeg/markers.ts";
import { Browser, browserTest as test, type Page } from "../support/browser.ts";
import { Program } from "../support/programs.ts";
import { until } from "../support/until.ts";
import { live } from "./page_in_browser.ts";
import { WebHost } from "./web_host.ts";

const HOST = ["--controls-from-page", "--width=640", "--height=360"];

async function controlsOf(answer: Response): Promise<Record<string, PictureControl>> {
  const { controls } = await answer.json() as { controls: PictureControl[] };
  return Object.fromEntries(controls.map((control) => [control.name, control]));
}

function change(host: WebHost, changes: unknown, headers: HeadersInit = {}): Promise<Response> {
  return host.ask("controls", { method: "POST", body: JSON.stringify(changes), headers });
}

async function snapshot(host: WebHost): Promise<Uint8Array> {
  return new Uint8Array(await (await host.ask("snapshot")).arrayBuffer());
}

Deno.test("/controls changes quality, size and rate for everybody, and says what is not allowed", async () => {
  await using host = await WebHost.start(HOST);
  const { quality, size, fps } = await controlsOf(await host.ask("controls"));
  assert.deepEqual([quality!.value, size!.value, fps!.value], [80, "640x360", 30]);
  assert.deepEqual([quality!.min, quality!.max], [0, 100]);
  assert.ok(size!.choices!.some(([value]) => value === "1280x720"));

  // The pattern has the same edges in each picture: at a tenth of the quality they take less.
  const before = await snapshot(host);
  assert.equal((await controlsOf(await change(host, { quality: 10 })))["quality"]!.value, 10);
  await until("a smaller JPEG", async () => (await snapshot(host)).length < before.length / 2);
  assert.equal((await host.state()).encoder.quality, 10);
  await host.program.line(/^host: 127\.0\.0\.1:\d+ has set quality to 10$/);

  const both = await controlsOf(await change(host, { size: "320x240", fps: 12 }));
  assert.deepEqual([both["size"]!.value, both["fps"]!.value], ["320x240", 12]);
  await until("the other size", async () => jpegSize(await snapshot(host)).width === 320);
  await until("the other rate", async () => (await host.state()).source.desired_fps === 12);
  await host.program.line(/test pattern: 320x240 at 12 frames\/s/);

  const refused: [changes: unknown, why: RegExp][] = [
    [{ quality: 101 }, /^Cannot set quality to 101: it is 0 to 100$/],
    [{ quality: "50" }, /^Cannot set quality to "50": it is 0 to 100$/],
    [{ quality: 1.5 }, /^Cannot set quality to 1\.5: it is 0 to 100$/],
    [{ fps: 0 }, /^Cannot set fps to 0: it is 1 to 1000$/],
    [{ fps: null }, /^Cannot set fps to null: /],
    [{ size: "9x9" }, /^Cannot set size to "9x9": it is WIDTHxHEIGHT, each 16 to 16384, and /],
    [{ size: "16000x16000" }, /^Cannot set size to "16000x16000": .+ 67108864 pixels at most$/],
    [{ size: 7 }, /^Cannot set size to 7: /],
    [{ qualty: 5 }, /^Cannot set qualty: there is quality, size, fps; did you mean quality\?$/],
    [{ toString: 5 }, /^Cannot set toString: there is /],
    // Of two things, one of which is wrong, neither is changed.
    [{ quality: 90, fps: -1 }, /^Cannot set fps to -1: /],
    [[], /^Say it in JSON, such as \{"quality": 60\}$/],
  ];
  for (const [changes, why] of refused) {
    const answer = await change(host, changes);
    assert.equal(answer.status, 400);
    assert.match((await answer.text()).trim(), why);
  }
  const noJson = await host.ask("controls", { method: "POST", body: "quality=5" });
  assert.equal(noJson.status, 400);
  await noJson.body?.cancel();
  const long = await change(host, { quality: "9".repeat(5000) });
  assert.equal(long.status, 413);
  await long.body?.cancel();
  const foreign = await change(host, { quality: 90 }, { Origin: "http://evil.example" });
  assert.equal(foreign.status, 403);
  await foreign.body?.cancel();
  assert.equal((await controlsOf(await host.ask("controls")))["quality"]!.value, 10);
});

Deno.test("/controls says so where a source's JPEGs are sent as they are, or it gives what it has", async () => {
  await using camera = await WebHost.start();
  const source = `--source=${camera.url}stream`;
  await using host = await WebHost.start([source, "--controls-from-page"]);
  await snapshot(host);
  const { quality, ...others } = await controlsOf(await host.ask("controls"));
  assert.match(quality!.why!, /^the source's own JPEGs are sent untouched/);
  assert.deepEqual(others, {});
  const answer = await change(host, { quality: 50 });
  assert.equal(answer.status, 400);
  assert.match(await answer.text(), /^Cannot set quality: the source's own JPEGs/);
});

Deno.test("a viewer can only watch where nothing else is said, or where no key is asked for", async () => {
  await using host = await WebHost.start();
  for (const method of ["GET", "POST"]) {
    const answer = await host.ask("controls", { method, ...method === "POST" && { body: "{}" } });
    assert.equal(answer.status, 404);
    await answer.body?.cancel();
  }
  assert.equal((await host.state()).controls, false);
  const open = ["--source=test", "--port=0", "--controls-from-page", "--share", "--open"];
  const ending = await Program.run("host", [...open, "--no-announce", "--no-preview"]);
  assert.equal(ending.code, 2);
  assert.equal(
    ending.words.at(-1),
    "host: --controls-from-page is for those who have the key: it does not go with --open",
  );
});

/** Changes a field as whoever uses it does. */
async function set(page: Page, name: string, value: string): Promise<void> {
  await page.run((name: string, value: string) => {
    const field = document.getElementById(`control-${name}`) as HTMLInputElement;
    field.value = value;
    field.dispatchEvent(new Event("change"));
  }, ...[name, value] as const);
}

/** The value that a page shows. */
function shown(page: Page, name: string): Promise<string | undefined> {
  return page.run(
    (name: string) => (document.getElementById(`control-${name}`) as HTMLInputElement)?.value,
    name,
  );
}

test("the page shows the controls to everybody as they are, whoever changes them", async () => {
  const host = await WebHost.start(HOST);
  await using _first = host;
  await using browser = await Browser.start();
  const pages = [await browser.open(host.link), await browser.open(host.link)];
  for (const page of pages) {
    await live(page);
    await page.until("the button", () => !document.getElementById("settings")!.hidden);
    await page.run(() => document.getElementById("settings")!.click());
    await until("the quality", async () => await shown(page, "quality") === "80");
  }
  const [one, other] = pages as [Page, Page];
  await set(one, "quality", "35");
  await until("the new quality at the other's", async () => await shown(other, "quality") === "35");
  await set(other, "size", '"320x240"');
  await until(
    "the new size at the first one's",
    async () => await shown(one, "size") === '"320x240"',
  );
  await one.until(
    "a picture of that size",
    () => (document.getElementById("picture") as HTMLCanvasElement).width === 320,
  );
  // What the host refuses, it says in words.
  await one.run(() => (document.getElementById("control-quality") as HTMLInputElement).max = "200");
  await set(one, "quality", "150");
  await one.until(
    "the fault",
    () => document.getElementById("controls-fault")!.textContent!.startsWith("Cannot set quality"),
  );
  assert.deepEqual(other.complaints, []);

  // A host that is back is no fault any more; a change that it has refused still is.
  const fault = () => document.getElementById("controls-fault")!.textContent;
  await host[Symbol.asyncDispose]();
  for (const page of pages) {
    await until("the loss", async () => await page.run(fault) === "The host cannot be reached.");
  }
  await using _again = await WebHost.start([...HOST, `--web=${host.port}`]);
  await until("no fault", async () => await other.run(fault) === "");
  await until("the refusal", async () => /^Cannot set quality/.test(await one.run(fault) ?? ""));
});
