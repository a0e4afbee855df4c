/**
 * What the programs run on: Deno, and the bridge to OpenCV.
 *
 * @module
 */

import { CaptureVideoError } from "../flow/errors.ts";
import { capture, core, openCvVersion, windows } from "../opencv/ffi.ts";
import { findToolchain } from "../opencv/toolchain.ts";
import { type Finding, good } from "./finding.ts";

/** The version that the project is tested with. */
export const DENO_VERSION = "2.9.6";

/** What needs no bridge. */
const WITHOUT_BRIDGE = ["deno task host --source browser", "deno task guest --web"];

/**
 * Whether this Deno runs the programs.
 *
 * @param version its own, such as `2.9.6`
 */
export function lookAtDeno(version: string = Deno.version.deno): Finding {
  const subject = "Deno";
  if (isOlder(version, DENO_VERSION)) {
    return {
      subject,
      verdict: "stop",
      what: `Deno is ${version}, which is older than ${DENO_VERSION}`,
      why: "the programs use what older versions do not have",
      type: ["deno upgrade", `npx --yes deno@${DENO_VERSION} task doctor`],
    };
  }
  return good(subject, version);
}

/** Whether pictures can be decoded and shown. */
export async function lookAtBridge(): Promise<Finding> {
  const subject = "OpenCV";
  const failure = failureOf(core);
  if (failure === undefined) {
    const parts = [
      "pictures",
      failureOf(capture) === undefined ? "cameras and films" : undefined,
      failureOf(windows) === undefined ? "windows" : undefined,
    ].filter((part) => part !== undefined);
    return good(subject, `${openCvVersion()}, the bridge to it is built: ${parts.join(", ")}`);
  }
  const why = "cameras, windows and files are OpenCV's, and the bridge is the way to it";
  // What a single binary needs, it says itself.
  if (Deno.build.standalone) {
    return { subject, verdict: "stop", what: failure, why, type: WITHOUT_BRIDGE };
  }
  try {
    const { openCvVersion } = await findToolchain();
    return {
      subject,
      verdict: "note",
      what: `OpenCV ${openCvVersion} is there, the bridge does not load yet: ${failure}`,
      why: "it is built when a program is started for the first time, which takes a minute",
      type: ["deno task build"],
    };
  } catch (error) {
    if (!(error instanceof CaptureVideoError)) throw error;
    const found = { subject, what: error.message, why } as const;
    return Deno.build.os === "windows"
      ? { ...found, verdict: "note", type: WITHOUT_BRIDGE }
      : { ...found, verdict: "stop", type: ["deno task setup", "deno task build"] };
  }
}

/** What keeps a host from sending more than the test pattern and a browser's camera, if anything. */
export function lookAtCapture(load: () => unknown = capture): Finding[] {
  const failure = failureOf(load);
  if (failure === undefined) return [];
  return [{
    subject: "OpenCV",
    verdict: "stop",
    what: `cameras, films and streams are missing: ${failure}`,
    why: "a host here can send the moving pattern, or a browser's camera",
    type: Deno.build.standalone ? WITHOUT_BRIDGE : ["deno task setup", "deno task build"],
  }];
}

/** Why a library does not load, if it does not. */
function failureOf(load: () => unknown): string | undefined {
  try {
    load();
  } catch (error) {
    if (error instanceof CaptureVideoError) return error.message;
    throw error;
  }
}

function isOlder(version: string, than: string): boolean {
  const numbers = (text: string) =>
    text.split(/[.+-]/).slice(0, 3).map((part) => Number(part) || 0);
  const [one, other] = [numbers(version), numbers(than)];
  const index = one.findIndex((number, index) => number !== other[index]);
  return index >= 0 && one[index]! < other[index]!;
}
