/**
 * The host as a service of a real systemd, with a real camera.
 *
 * Boots the camera machine with systemd in it, runs `inside/*_test.ts` there, and reports each as a
 * step here. What they print in brackets is shown: how well systemd finds the service protected, and
 * how long it took.
 */

import { findMissing } from "../../lib/setup/apt.ts";
import { PROJECT_DIRECTORY } from "../../lib/setup/tasks.ts";
import { whyNoCameraMachine } from "../camera_vm/requirements.ts";
import { runInside } from "../camera_vm/run_inside.ts";
import { testUnless } from "../support/test_unless.ts";

/** What runs in the machine, and starts a user's own systemd there, besides what that consists of. */
const PACKAGES = ["systemd", "dbus", "libpam-systemd"];

/** Alone on two processors it takes a third of this, in milliseconds. */
const TIMEOUT_MS = 1_500_000;

async function whyNot(): Promise<string | undefined> {
  if (PROJECT_DIRECTORY.startsWith("/tmp/")) {
    return "the project is below /tmp, which is empty in that machine";
  }
  const missing = await findMissing(PACKAGES) ?? PACKAGES;
  return missing.length > 0 ? `not installed: ${missing.join(", ")}` : await whyNoCameraMachine();
}

testUnless(await whyNot(), "a service: every test inside passes", (t) =>
  runInside(t, {
    folder: "tests/systems/inside/",
    timeoutMs: TIMEOUT_MS,
    systemd: true,
    onLine: (line) => {
      if (/^ *\[.+\]$/.test(line)) console.log(`      ${line.trim()}`);
    },
  }));
