/**
 * What the programs use of this computer's devices: cameras, and a display.
 *
 * @module
 */

import { type CameraInfo, listCameras } from "../camera/v4l2/cameras.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { checkDisplay } from "../opencv/mod.ts";
import { type Finding, good } from "./finding.ts";

/** The camera of a host that lists none itself. */
const BROWSER_CAMERA = "deno task host --source browser";

/** What a host can send where there is no camera. */
const WITHOUT_CAMERA = "deno task host --source test";

/** Which cameras there are, and which of them this user may open. */
export function lookAtCameras(list: () => readonly CameraInfo[] = listCameras): Finding[] {
  const subject = "camera";
  let cameras: readonly CameraInfo[];
  try {
    cameras = list();
  } catch (error) {
    if (!(error instanceof CaptureVideoError)) throw error;
    const what = `the cameras cannot be listed: ${error.message}`;
    return [{
      subject,
      verdict: "note",
      what,
      ...Deno.build.os === "windows"
        ? { why: "a host sends what its page is given", type: [BROWSER_CAMERA] }
        : { why: "a host opens one of them by its number" },
    }];
  }
  if (cameras.length === 0) {
    return [{
      subject,
      verdict: "note",
      what: "no camera is connected to this computer",
      why:
        "a host here has nothing to send but a file, a network camera or the moving pattern; a " +
        "guest needs no camera",
      type: [WITHOUT_CAMERA],
    }];
  }
  const canOpenAny = cameras.some(({ problem }) => problem === undefined);
  return cameras.map((camera) => describeCamera(camera, canOpenAny));
}

function describeCamera({ index, name, path, problem, formats }: CameraInfo, canOpenAny: boolean) {
  const subject = "camera";
  const camera = `${index} "${name}" (${path})`;
  if (problem === undefined) {
    const codes = formats.map(({ fourcc }) => fourcc).join(", ");
    return good(subject, `${camera} can be opened${codes === "" ? "" : `: ${codes}`}`);
  }
  const command = /; run: (.+?), and log in again$/.exec(problem)?.[1];
  return {
    subject,
    verdict: canOpenAny ? "note" : "stop",
    what: `${camera} cannot be opened: ${problem}`,
    why: "a host that is to send it cannot",
    type: command === undefined ? [WITHOUT_CAMERA] : [command],
  } as const;
}

/**
 * Whether there can be a window.
 *
 * @param isNeeded whether somebody wants to see the picture here
 */
export function lookAtDisplay({ isNeeded }: { isNeeded: boolean }): Finding {
  const subject = "display";
  if (Deno.build.os === "windows") return good(subject, "pictures are shown in the browser");
  if (Deno.build.os !== "linux") return good(subject, "windows are those of OpenCV's toolkit");
  try {
    checkDisplay();
    return good(subject, `windows can be opened on ${Deno.env.get("DISPLAY")}`);
  } catch (error) {
    if (!(error instanceof CaptureVideoError)) throw error;
    return {
      subject,
      verdict: isNeeded ? "stop" : "note",
      what: error.message,
      why: "the guest shows the picture in a window; a host goes on without its preview",
      type: isNeeded
        ? ["deno task guest --no-window --output picture.mjpeg"]
        : ["deno task host --no-preview"],
    };
  }
}
