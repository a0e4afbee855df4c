// @ts-check
/**
 * What runs beside the page: the connection, decoding and drawing, so that nothing that the page
 * does holds up a picture.
 *
 * @module
 */

import { KeyNeeded } from "./link.js";
import { Painter } from "./painter.js";
import { Session } from "./session.js";

/** How long until the next attempt, in milliseconds. */
const AGAIN_MS = 1000;

/** How often the page is told the figures, in milliseconds. */
const FIGURES_EVERY_MS = 250;

/** A picture that is older is not live, in milliseconds; one of a slow camera may be older. */
const MAX_AGE_MS = 1000;

/** Calls the page. */
const page = /** @type {Worker} */ (/** @type {unknown} */ (self));

/** @type {Painter} */
let painter;
/** @type {Session | undefined} */
let session;
/** @type {import("./session.js").Frame | undefined} */
let shown;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let again;
let isWanted = false;
/** Which of the host's cameras; the first where it is left out. @type {string | undefined} */
let camera;
/** As the host says, or by a picture that has come since. */
let isCameraLive = true;
/** When the connection was begun: a picture from before may be another camera's. */
let openedAtMs = 0;
let drawnAtMs = 0;
let intervalMs = 0;
let drawn = 0;

/** @param {Record<string, unknown>} message */
function tell(message) {
  page.postMessage(message);
}

function open() {
  clearTimeout(again);
  if (!isWanted || session) return;
  openedAtMs = performance.now();
  tell({ type: "state", kind: "waiting", words: "Connecting …" });
  const own = session = new Session({
    onWelcome: ({ host, source, camera, cameras }) =>
      tell({ type: "welcome", host, source, camera, cameras, over: own.over }),
    onCamera: (camera, why) => {
      isCameraLive = camera === "live";
      if (camera === "lost") {
        tell({ type: "state", kind: "lost", words: `The camera is lost${why ? `: ${why}` : ""}` });
      } else if (camera === "starting") {
        tell({ type: "state", kind: "waiting", words: "The camera is being opened …" });
      }
    },
    onFrame: (frame) => {
      isCameraLive = true;
      painter.offer(frame);
    },
    onEnd: ({ why, retry }) => {
      if (session !== own) return;
      session = undefined;
      ended(why, retry);
    },
  });
  own.open(camera).catch((error) => {
    if (session !== own) return;
    session = undefined;
    if (error instanceof KeyNeeded) return tell({ type: "key" });
    ended(error instanceof TypeError ? "the host cannot be reached" : error.message, true);
  });
}

/** @param {string} why @param {boolean} retry */
function ended(why, retry) {
  const next = retry ? "; trying again" : "";
  tell({ type: "state", kind: "lost", words: `No connection: ${why}${next}` });
  if (retry) again = setTimeout(open, AGAIN_MS);
}

function close() {
  isWanted = false;
  clearTimeout(again);
  session?.leave("the page was paused or hidden");
  session = undefined;
}

/** The picture's age now, in milliseconds. */
function ageMs() {
  return shown && session?.clock.ageMs(shown.capturedAtMicros);
}

/** @param {import("./session.js").Frame} frame @param {{ width: number, height: number }} size */
function onDrawn(frame, size) {
  const nowMs = performance.now();
  if (shown) intervalMs += (Math.min(nowMs - drawnAtMs, 5000) - intervalMs) / 8;
  drawnAtMs = nowMs;
  shown = frame;
  drawn++;
  tell({
    ...{ type: "picture", ...size, sequence: frame.sequence, ageMs: ageMs() ?? null },
    capturedAtMicros: frame.capturedAtMicros,
    drawnAtMs: performance.timeOrigin + nowMs,
    waitedMs: nowMs - frame.arrivedAtMs,
    bytes: frame.jpeg.length,
  });
}

let lookedAtMs = performance.now();
let fps = 0;

/** The rate is that of the last whole second. */
function count() {
  const nowMs = performance.now();
  const seconds = (nowMs - lookedAtMs) / 1000;
  if (seconds < 1) return;
  fps = drawn / seconds;
  lookedAtMs = nowMs;
  drawn = 0;
}

setInterval(() => {
  count();
  const age = ageMs();
  const limitMs = Math.max(MAX_AGE_MS, 3 * intervalMs);
  const sinceMs = performance.now() - drawnAtMs;
  tell({
    ...{ type: "figures", fps, hasPicture: shown !== undefined, ageMs: age ?? null },
    isLive: session !== undefined && isCameraLive && shown !== undefined &&
      shown.arrivedAtMs > openedAtMs && sinceMs < limitMs && (age === undefined || age < limitMs),
  });
}, FIGURES_EVERY_MS);

self.onmessage = ({ data }) => {
  switch (data.type) {
    case "canvas":
      painter = new Painter(data.canvas, onDrawn);
      return;
    case "open":
      isWanted = true;
      camera = data.camera;
      return open();
    case "close":
      return close();
    case "rotate":
      painter.rotation = data.degrees;
      return painter.repaint();
    case "snapshot":
      return tell({ type: "snapshot", jpeg: shown?.jpeg });
  }
};
