// @ts-check
/// <reference lib="webworker" />
/**
 * Makes JPEGs of the camera's pictures and sends the newest only.
 *
 * @module
 */

import { CameraSession } from "./camera_session.js";
import { nowMicros } from "./host_clock.js";
import { KeyNeeded } from "./link.js";

/** How long after the end of a connection another is opened, in milliseconds. */
const REOPEN_AFTER_MS = 1000;

/** How often the page is told the figures, in milliseconds. */
const FIGURES_EVERY_MS = 1000;

/** Without a picture for so long the host hears that there is none, in milliseconds. */
const SILENT_MS = 1500;

/** @typedef {VideoFrame | ImageBitmap} Frame */

/** @type {CameraSession | undefined} */
let session;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let reopening;
/** @type {import("./camera_session.js").Wanted | undefined} */
let wanted;
/** Who the page is, and which camera. */
let query = "";
let takesOver = false;
let isEncoding = false;
/** When the next picture is due at the rate that is wanted, in microseconds of our own clock. */
let dueMicros = 0;
let seenAtMicros = 0;
let trouble = "";
let hiddenWhy = "";
/** Why the newest picture could not be made; empty where it could. */
let failure = "";
let sent = 0;
let sentBytes = 0;
/** @type {ReadableStreamDefaultReader<VideoFrame> | undefined} */
let reader;
/** @type {OffscreenCanvas | undefined} */
let canvas;

self.onmessage = ({ data }) => {
  switch (data.type) {
    case "connect":
      ({ query, takesOver } = data);
      return connect();
    case "takeover":
      takesOver = true;
      return connect();
    case "retry":
      // The network is another one: what is open may be dead.
      return connect();
    case "stream":
      return read(data.readable);
    case "frame":
      return take(data.frame, (data.atMs - performance.timeOrigin) * 1000);
    case "end":
      reader?.cancel().catch(() => {});
      reader = undefined;
      seenAtMicros = 0;
      return;
    case "hidden":
      hiddenWhy = data.isHidden ? data.why : "";
      return;
    case "trouble":
      trouble = data.why;
      if (trouble) session?.haveTrouble(trouble);
  }
};

/** @param {string} kind @param {string} words */
function say(kind, words) {
  self.postMessage({ type: "state", kind, words });
}

function connect() {
  clearTimeout(reopening);
  session?.leave("the page connects anew");
  /** @type {CameraSession} */
  const mine = new CameraSession({
    onWanted: (message) => mine === session && want(message),
    onEnd: ({ why, retry }) => mine === session && ended(why, retry),
  });
  session = mine;
  mine.open(takesOver ? `${query}&takeover` : query).catch((error) => {
    if (mine !== session) return;
    if (error instanceof KeyNeeded) return self.postMessage({ type: "key" });
    ended("the host cannot be reached", true);
  });
}

/** @param {import("./camera_session.js").Wanted} message */
function want(message) {
  takesOver = false;
  wanted = message;
  self.postMessage({ type: "wanted", wanted, over: session?.over });
  if (!message.isWanted) say("idle", "Nobody watches just now.");
  if (trouble) session?.haveTrouble(trouble);
}

/** @param {string} why @param {boolean} retry */
function ended(why, retry) {
  session = undefined;
  const words = `${why[0]?.toUpperCase()}${why.slice(1)}`;
  if (!retry) return say("taken", `${words}.`);
  takesOver = false;
  say("lost", `${words}; trying again.`);
  reopening = setTimeout(connect, REOPEN_AFTER_MS);
}

setInterval(() => {
  const words = `${sent} pictures a second, ${Math.round(sentBytes / sent / 1000)} kB each`;
  self.postMessage({ type: "figures", words: sent > 0 ? words : "–" });
  sent = sentBytes = 0;
  if (seenAtMicros === 0 || trouble) return;
  const isSilent = nowMicros() - seenAtMicros > SILENT_MS * 1000;
  const why = isSilent ? hiddenWhy || "the camera gives no pictures" : failure;
  if (!why) return;
  session?.haveTrouble(why);
  say("lost", `No pictures: ${why}.`);
}, FIGURES_EVERY_MS);

/** @param {ReadableStream<VideoFrame>} readable */
async function read(readable) {
  const mine = reader = readable.getReader();
  for (let next = await mine.read(); !next.done; next = await mine.read()) {
    take(next.value, performance.now() * 1000);
  }
}

/**
 * Sends a picture if it is its turn.
 *
 * @param {Frame} frame owned from here on
 * @param {number} capturedAtMicros in our own clock
 */
async function take(frame, capturedAtMicros) {
  seenAtMicros = nowMicros();
  if (!mayTake(capturedAtMicros)) return frame.close();
  isEncoding = true;
  const jpeg = await encode(frame).catch((error) => {
    frame.close();
    failure = `this browser makes no JPEGs (${error instanceof Error ? error.message : error})`;
  });
  isEncoding = false;
  if (!jpeg) return;
  failure = "";
  if (!session?.isReady) return;
  session.sendPicture(jpeg, capturedAtMicros);
  sent++;
  sentBytes += jpeg.length;
  say("live", "Sending.");
}

/** @param {number} atMicros */
function mayTake(atMicros) {
  if (!wanted?.isWanted || isEncoding || !session?.isReady) return false;
  const everyMicros = 1e6 / wanted.fps;
  // The picture nearest to each turn; a pause is not made up for.
  if (atMicros < dueMicros - everyMicros / 2) return false;
  dueMicros = Math.max(dueMicros + everyMicros, atMicros);
  return true;
}

/** @param {Frame} frame closed as soon as it has been drawn: the camera has but a few */
async function encode(frame) {
  const { width = 1280, height = 720, quality = 80 } = wanted ?? {};
  const from = "displayWidth" in frame
    ? { width: frame.displayWidth, height: frame.displayHeight }
    : frame;
  // A device that is held upright has its longer side upright.
  const isUpright = from.height > from.width;
  const most = isUpright ? { width: height, height: width } : { width, height };
  const scale = Math.min(1, most.width / from.width, most.height / from.height);
  const size = { width: Math.round(from.width * scale), height: Math.round(from.height * scale) };
  if (canvas?.width !== size.width || canvas.height !== size.height) {
    canvas = new OffscreenCanvas(size.width, size.height);
  }
  canvas.getContext("2d", { alpha: false })?.drawImage(frame, 0, 0, size.width, size.height);
  frame.close();
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: quality / 100 });
  return new Uint8Array(await blob.arrayBuffer());
}
