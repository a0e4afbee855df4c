import assert from "node:assert/strict";
import "../support/bridge.ts";
import { LinkReport } from "../../lib/guest/link_report.ts";

const SILENT = "Cannot hear the host: it has fallen silent";

/** A report, and the reasons that it gave. */
function stage() {
  const reasons: string[] = [];
  return { report: new LinkReport(({ why }) => void reasons.push(why)), reasons };
}

Deno.test("LinkReport tells what the host said before it was silent, whatever was tried meanwhile", () => {
  const { report, reasons } = stage();
  report.live();
  report.camera({ camera: "lost", why: "it is unplugged" });
  report.silent();
  report.trouble("nobody answers there");
  report.heardAgain();
  const lost = "camera lost: it is unplugged";
  assert.deepEqual(reasons, ["", lost, SILENT, "nobody answers there", lost]);
});

Deno.test("LinkReport keeps what the host has said since it was silent", () => {
  const { report, reasons } = stage();
  report.camera({ camera: "lost", why: "it is unplugged" });
  report.silent();
  report.welcomed();
  report.trouble("nobody answers there");
  report.heardAgain();
  assert.deepEqual(reasons.slice(2), ["waiting for the camera", "nobody answers there"]);
});

Deno.test("LinkReport is not live by being heard again", () => {
  const { report } = stage();
  report.live();
  report.silent();
  report.heardAgain();
  assert.deepEqual(report.link, { state: "lost", why: SILENT });
});
