/** The viewer's page in a real browser, before a real host. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import { monotonicMicros } from "../../lib/opencv/mod.ts";
import "../support/bridge.ts";
import { Browser, browserTest as test } from "../support/browser.ts";
import { STRIP_CELLS } from "../support/frame_number.ts";
import { numberInJpeg } from "../support/number_in_jpeg.ts";
import { until } from "../support/until.ts";
import { carrier, drawnWithin, live, numberOnCanvas, showsAll, words } from "./page_in_browser.ts";
import { NoWebSockets } from "./proxy.ts";
import { WebHost } from "./web_host.ts";

const PHONE = { width: 390, height: 844, mobile: true };

async function show(browser: Browser, host: WebHost, viewport?: Parameters<Browser["open"]>[1]) {
  const page = await browser.open(host.link, viewport);
  await live(page);
  return page;
}

test("the page shows 29 pictures a second or more, and how old they are within 10 ms of the truth, on a desk and on a phone, and asks nobody else", async () => {
  await using host = await WebHost.start();
  await using browser = await Browser.start();
  for (const viewport of [undefined, PHONE]) {
    const page = await show(browser, host, viewport);
    assert.equal(await carrier(page), "websocket");
    await showsAll(page, () => monotonicMicros() / 1000);
    const ages = (await drawnWithin(page, 500)).map(({ ageMs }) => ageMs!);
    const shownMs = parseInt(await page.run(() => document.getElementById("age")!.textContent!));
    const [least, most] = [Math.min(...ages), Math.max(...ages)];
    assert.ok(shownMs >= least - 10 && shownMs <= most + 10, `${shownMs} of ${least} to ${most}`);
    const origins = new Set(page.requested.map((url) => new URL(url).host));
    assert.deepEqual([...origins], [new URL(host.url).host]);
    assert.deepEqual(page.complaints, []);
    const overflow = await page.run(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${overflow}`);
    await page.close();
  }
});

test("the page's picture comes by requests where no WebSocket opens, and is acknowledged as well", async () => {
  await using host = await WebHost.start();
  await using proxy = new NoWebSockets(host.url);
  await using browser = await Browser.start();
  const page = await browser.open(proxy.url);
  await live(page);
  assert.equal(proxy.refused, 1);
  assert.equal(await carrier(page), "requests");
  const first = await until("a number", () => numberOnCanvas(page));
  await until("later ones", async () => (await numberOnCanvas(page) ?? 0) > first + 30);
  const viewer = await until("a measured way", async () => {
    const { clients_stat } = (await host.state()).stream;
    const [one] = Object.values<{ rttMs: number | null; inFlight: number }>(clients_stat);
    return one && one.rttMs !== null && one;
  });
  assert.ok(viewer.rttMs! >= 0);
  // What has left is noticed by the end of its answer.
  await page.close();
  await host.program.line(/\(browser\) ended: /);
});

test("the page connects again by itself, and says meanwhile what is wrong", async () => {
  let host = await WebHost.start();
  await using browser = await Browser.start();
  const { port, link } = host;
  const page = await browser.open(link);
  await live(page);
  await host[Symbol.asyncDispose]();
  await until(
    "the loss in words",
    async () => /^No connection: .+; trying/.test(await words(page)),
  );
  const isGrey = () => document.getElementById("picture")!.dataset["live"] === "no";
  await page.until("a grey picture", isGrey);
  host = await WebHost.start([`--web=${port}`]);
  await using _again = host;
  await live(page);
  await page.until(
    "a picture in colours",
    () => document.getElementById("picture")!.dataset["live"] === "yes",
  );
});

test("the page pauses, turns and saves the picture, by buttons and by keys", async () => {
  await using host = await WebHost.start();
  await using browser = await Browser.start();
  const page = await show(browser, host);
  await page.press(" ");
  await until("the pause in words", async () => await words(page) === "Paused");
  await host.program.line(/\(browser\) ended: the page was paused or hidden$/);
  // From a host that does not answer nothing is live, however fresh the last picture is.
  host.program.signal("SIGSTOP");
  const said = await page.run(() => {
    const [state, picture] = ["state", "picture"].map((id) => document.getElementById(id)!);
    const { promise, resolve } = Promise.withResolvers<string[]>();
    const said: string[] = [];
    // This is set each time that the figures come, to whatever it is.
    new MutationObserver((_, observer) => {
      if (said.push(state!.textContent!) < 3) return;
      observer.disconnect();
      resolve(said);
    }).observe(picture!, { attributeFilter: ["data-live"] });
    document.getElementById("pause")!.click();
    return promise;
  });
  assert.ok(said.includes("Connecting …") && !said.includes("Live"), said.join());
  host.program.signal("SIGCONT");
  await live(page);
  await page.press("r");
  await page.until("an upright picture", () => {
    const { width, height } = document.getElementById("picture") as HTMLCanvasElement;
    return width === 720 && height === 1280;
  });
  const folder = await Deno.makeTempDir({ prefix: "capturevideo-downloads-" });
  try {
    const behavior = { behavior: "allow", downloadPath: folder };
    await browser.call("Browser.setDownloadBehavior", behavior);
    await page.press("s");
    const name = await until("a file", async () => {
      for await (const { name } of Deno.readDir(folder)) if (name.endsWith(".jpg")) return name;
    });
    assert.match(name, /^capturevideo-\d{4}-\d\d-\d\dT[\d-]+Z\.jpg$/);
    assert.ok(await numberInJpeg(await Deno.readFile(`${folder}/${name}`)) !== undefined);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

test("the page says why it was refused, and is there as soon as there is room", async () => {
  await using host = await WebHost.start(["--max-guests=1"]);
  await using browser = await Browser.start();
  const page = await show(browser, host);
  const other = await browser.open(host.link);
  await until("the refusal in words", async () =>
    await words(other) ===
      "No connection: the host serves 1 guest at most (--max-guests); trying again");
  await page.close();
  await live(other);
});

test("a browser shows /stream in an image, each picture as soon as it has come", async () => {
  await using host = await WebHost.start(["--fps=2"]);
  await using browser = await Browser.start();
  const page = await show(browser, host);
  await page.run(() => {
    const image = document.createElement("img");
    image.src = "stream";
    image.id = "stream";
    document.body.append(image);
  });
  const number = () =>
    page.run((cells: number) => {
      const image = document.getElementById("stream") as HTMLImageElement;
      if (image.naturalWidth === 0) return 0;
      const copy = document.createElement("canvas");
      copy.width = image.naturalWidth;
      copy.height = 1;
      const context = copy.getContext("2d")!;
      context.drawImage(image, 0, -4);
      const { data } = context.getImageData(0, 0, copy.width, 1);
      let number = 0;
      for (let cell = 0; cell < 32; cell++) {
        const x = Math.floor((cell + 0.5) * copy.width / cells);
        number = 2 * number + (data[4 * x]! > 127 ? 1 : 0);
      }
      return number;
    }, STRIP_CELLS);
  const first = await until("a picture", number);
  await until("later ones", async () => await number() > first + 2);
  // Looked at first, it would never be the newest if it waited for the next one to come.
  await until("the newest one", async () => {
    const shown = await number();
    const newest = await host.ask("snapshot?cached");
    return shown === await numberInJpeg(new Uint8Array(await newest.arrayBuffer()));
  });
});

test("the page says so where a browser lacks what it needs", async () => {
  await using host = await WebHost.start();
  await using browser = await Browser.start();
  const page = await browser.open("about:blank");
  await page.call("Page.addScriptToEvaluateOnNewDocument", {
    source: "delete HTMLCanvasElement.prototype.transferControlToOffscreen",
  });
  await page.go(host.url);
  await until("the words", async () => /^This page has failed: ./.test(await words(page)));
});
