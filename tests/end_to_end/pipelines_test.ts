/** GStreamer pipelines as sources: refused when the host starts, or shown. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { temporaryFolder } from "../support/folder.ts";
import { Program } from "../support/programs.ts";

const HOST = ["--port=0", "--no-preview"];

for (
  const [source, code, words] of [
    ["gst:", 2, /^host: --source gst: names no pipeline; write one behind it/],
    ["gst:videotestsrc ! avdec_nosuch", 1, /: no element "avdec_nosuch"; install gstreamer1\.0-li/],
    ["gst:videotestsrc ! ! appsink", 1, /^host: Cannot open gst:videotestsrc ! ! appsink: syntax/],
  ] as const
) {
  Deno.test(`host --source '${source}' ends at once with exit code ${code}`, async () => {
    const host = await Program.run("host", [...HOST, `--source=${source}`]);
    assert.equal(host.code, code, host.words.join("\n"));
    assert.equal(host.words.length, 1, host.words.join("\n"));
    assert.match(host.words[0]!, words);
  });
}

Deno.test("host says what to install on a machine without GStreamer's plugins", async () => {
  await using folder = await temporaryFolder();
  const env = {
    GST_PLUGIN_SYSTEM_PATH_1_0: folder.path,
    GST_PLUGIN_PATH_1_0: folder.path,
    GST_REGISTRY_1_0: `${folder.path}/registry.bin`,
  };
  const source = "--source=gst:videotestsrc ! videoconvert ! appsink";
  const host = await Program.run("host", [...HOST, source], { env });
  assert.equal(host.code, 1);
  assert.deepEqual(host.words, [
    "host: Cannot open gst:videotestsrc ! videoconvert ! appsink: " +
    'no element "videotestsrc"; install gstreamer1.0-plugins-base',
  ]);
});

Deno.test("a pipeline's JPEGs reach the guest, and the host says what it reads", async () => {
  const pipeline = "videotestsrc is-live=true ! video/x-raw,width=320,height=240 ! jpegenc";
  await using host = Program.start("host", [...HOST, `--source=gst:${pipeline}`]);
  const guest = await Program.run("guest", [await host.address(), "--no-window", "--frames=5"]);
  assert.equal(guest.code, 0, guest.words.join("\n"));
  assert.ok(host.words.includes(`host: gst:${pipeline}: 320x240 at 30 frames/s, gstreamer`));
});
