/**
 * The tests that need real cameras, in a machine that has them.
 *
 * Boots the camera machine once, runs `inside/*_test.ts` there, and reports each as a step here.
 * `CAMERA_TESTS=loopback` runs only those inside with that word in their name.
 */

import { testUnless } from "../support/test_unless.ts";
import { CAMERA_TESTS } from "./job.ts";
import { whyNoCameraMachine } from "./requirements.ts";
import { runInside } from "./run_inside.ts";

/** Alone on two processors it takes a third of this, in milliseconds. */
const TIMEOUT_MS = 1_600_000;

testUnless(
  await whyNoCameraMachine(),
  "camera machine: every test inside passes",
  (t) =>
    runInside(t, {
      folder: CAMERA_TESTS,
      filter: Deno.env.get("CAMERA_TESTS"),
      retry: true,
      timeoutMs: TIMEOUT_MS,
    }),
);
