/**
 * The binaries on a computer that has nothing else.
 */

import assert from "node:assert/strict";
import { BUILD_FOLDER, NEEDS_FILE_NAME } from "../../../lib/opencv/ffi.ts";
import { Browser } from "../../support/browser.ts";
import { testUnless } from "../../support/test_unless.ts";
import { whyNoRoot } from "../../systems/system_root.ts";
import { FAKE_CAMERA } from "../../web/camera_in_browser.ts";
import { whyNoOldDeno } from "../old_deno.ts";
import {
  BROWSER_HOST,
  endsWell,
  HOST,
  PATTERN,
  showsCamera,
  showsPattern,
  WEB,
} from "../programs.ts";
import { Unpacked } from "../unpacked.ts";
import { BareComputer } from "./bare_computer.ts";

testUnless(
  whyNoOldDeno() ?? await whyNoRoot(),
  "binaries without OpenCV say which they need, and do without where they can",
  async () => {
    const unpacked = await Unpacked.make();
    const bare = await BareComputer.make(unpacked);
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
      assert.equal(stdout, (await unpacked.run("host", ...args)).stdout);
    }

    await using browser = await Browser.start(FAKE_CAMERA);
    await using host = unpacked.start("host", HOST);
    await using guest = bare.start("guest", [await host.address(), ...WEB]);
    await showsPattern(browser, guest);
    await endsWell(guest, "SIGINT");
    await endsWell(host, "SIGINT");
    await using other = bare.start("host", BROWSER_HOST);
    await showsCamera(browser, other);
  },
);
