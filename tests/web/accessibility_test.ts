/** What a checker of accessibility finds on the page. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import axe from "axe-core";
import "../support/bridge.ts";
import { Browser, browserTest as test, type Page } from "../support/browser.ts";
import { live } from "./page_in_browser.ts";
import { WebHost } from "./web_host.ts";

/** What axe reports. */
interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

async function faults(page: Page): Promise<string[]> {
  // The page's policy lets no other script in; the debugger's is not asked.
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate(
    "axe.run({ iframes: false }).then(({ violations, passes }) =>" +
      " ({ violations, passes: passes.length }))",
  ) as { violations: Violation[]; passes: number };
  assert.ok(passes > 15, `axe has looked at ${passes} rules only`);
  return violations.map(({ id, impact, nodes }) =>
    `${id} (${impact}): ${nodes.map(({ html }) => html.slice(0, 80)).join()}`
  );
}

test("axe finds nothing on the page, in light and dark, live and when it asks for the key", async () => {
  await using host = await WebHost.start(["--source=desk=test", "--source=door=test"]);
  await using browser = await Browser.start();
  for (const value of ["light", "dark"]) {
    const page = await browser.open(host.link);
    await page.call("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value }],
    });
    await live(page);
    assert.deepEqual(await faults(page), [], value);
    await page.run(() => (document.getElementById("ask") as HTMLDialogElement).showModal());
    assert.deepEqual(await faults(page), [], `${value}, asking`);
    await page.close();
  }
});

test("axe finds nothing on the page that lends its camera, nor on the settings", async () => {
  await using host = await WebHost.start(["--source=browser", "--controls-from-page"]);
  const flags = ["--use-fake-device-for-media-stream=fps=30", "--use-fake-ui-for-media-stream"];
  await using browser = await Browser.start({ flags });
  const page = await browser.open(`${host.url}camera`);
  const viewer = await browser.open(host.url);
  await live(viewer);
  await viewer.until("the button", () => !document.getElementById("settings")!.hidden);
  await viewer.run(() => document.getElementById("settings")!.click());
  await viewer.until("the quality", () => document.getElementById("control-quality"));
  for (const value of ["light", "dark"]) {
    for (const each of [page, viewer]) {
      await each.call("Emulation.setEmulatedMedia", {
        features: [{ name: "prefers-color-scheme", value }],
      });
      assert.deepEqual(await faults(each), [], value);
    }
  }
  await page.run(() => (document.getElementById("ask") as HTMLDialogElement).showModal());
  assert.deepEqual(await faults(page), [], "asking");
});

test("everything on the page can be reached and worked by keyboard alone", async () => {
  await using host = await WebHost.start();
  await using browser = await Browser.start();
  const page = await browser.open(host.link);
  await live(page);
  const reached: string[] = [];
  for (let count = 0; count < 4; count++) {
    await page.press("Tab");
    reached.push(await page.run(() => document.activeElement?.id ?? ""));
  }
  assert.deepEqual(reached, ["pause", "snapshot", "rotate", "fullscreen"]);
});
