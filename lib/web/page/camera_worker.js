// @ts-check
/// <reference lib="webworker" />
/**
 * Makes JPEGs of the camera's pictures and sends them: the newest only, two under way at most.
 *
 * @module
 */

import { HostClock, nowMicros } from "./host_clock.js";

/** So many pictures may be under way. */
const MAX_UNDER_WAY = 2;

/** How often the time is asked, in milliseconds. */
const PING_EVERY_MS = 1000;

/** How long after the end of a connection another is opened, in milliseconds. */
const REOPEN_AFTER_MS = 1000;

/** Without a picture for so long the host hears that there is none, in milliseconds. */
const SILENT_MS = 1500;

/** With these the host closes: another page sends, or has taken over. */
const TAKEN = 4001;
const REPLACED = 4002;

/** In front of each JPEG: the time, in bytes. */
const TIME_BYTES = 8;

/** @typedef {VideoFrame | ImageBitmap} Frame */

/** @type {WebSocket | undefined} */
let socket;
let clock = new HostClock();
/** @type {{ isWanted: boolean, width: number, height: number, fps: number, quality: number } | undefined} */
let wanted;
let page = "";
let takesOver = false;
let underWay = 0;
let isEncoding = false;
/** When the next picture is due at the rate that is wanted, in microseconds of our own clock. */
let dueMicros = 0;
let seenAtMicros = 0;
let trouble = "";
let hiddenWhy = "";
let sent = 0;
let sentBytes = 0;
/** @type {ReadableStreamDefaultReader<VideoFrame> | undefined} */
let reader;
/** @type {OffscreenCanvas | undefined} */
let canvas;

self.onmessage = ({ data }) => {
  switch (data.type) {
    case "connect":
      ({ page, takesOver } = data);
      return connect();
    case "takeover":
      takesOver = true;
      return connect();
    case "retry":
      if (socket?.readyState !== WebSocket.OPEN) connect();
      return;
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
      return tell();
  }
};

/** @param {string} kind @param {string} words */
function say(kind, words) {
  self.postMessage({ type: "state", kind, words });
}

/** @param {Record<string, unknown>} message */
function send(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

/** Tells the host why no picture comes, where there is a reason. */
function tell() {
  if (trouble) send({ type: "trouble", why: trouble });
}

function connect() {
  socket?.close();
  const query = `page=${page}${takesOver ? "&takeover" : ""}`;
  const url = new URL(`camera/connection?${query}`, location.href).href.replace(/^http/, "ws");
  const mine = socket = new WebSocket(url);
  let wasOpen = false;
  mine.binaryType = "arraybuffer";
  mine.onopen = () => {
    wasOpen = true;
    clock = new HostClock();
    underWay = 0;
    ping();
  };
  mine.onmessage = ({ data }) => {
    if (mine === socket) hear(JSON.parse(data));
  };
  mine.onclose = ({ code }) => {
    if (mine !== socket) return;
    socket = undefined;
    if (code === TAKEN) return say("taken", "Another page sends its camera's picture.");
    if (code === REPLACED) return say("taken", "Another page has taken over.");
    takesOver = false;
    say(wasOpen ? "lost" : "unreachable", "The host cannot be reached; trying again.");
    setTimeout(() => socket || connect(), REOPEN_AFTER_MS);
  };
}

/** @param {any} message */
function hear(message) {
  switch (message.type) {
    case "wanted":
      takesOver = false;
      wanted = message;
      self.postMessage({ type: "wanted", wanted });
      if (!message.isWanted) say("idle", "Nobody watches just now.");
      return tell();
    case "ack":
      underWay--;
      return;
    case "pong":
      clock.measured({ ...message, t4: nowMicros() });
  }
}

function ping() {
  send({ type: "ping", t1: nowMicros() });
}

setInterval(() => {
  ping();
  self.postMessage({
    type: "figures",
    words: sent > 0
      ? `${sent} pictures a second, ${Math.round(sentBytes / sent / 1000)} kB each`
      : "",
  });
  sent = sentBytes = 0;
  const isSilent = seenAtMicros > 0 && nowMicros() - seenAtMicros > SILENT_MS * 1000;
  if (!isSilent || trouble) return;
  const why = hiddenWhy || "the camera gives no pictures";
  send({ type: "trouble", why });
  say("lost", `No pictures: ${why}.`);
}, PING_EVERY_MS);

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
  const hostMicros = hostTime(capturedAtMicros);
  if (!mayTake(capturedAtMicros) || hostMicros === undefined) return frame.close();
  isEncoding = true;
  try {
    const jpeg = await encode(frame);
    if (socket?.readyState !== WebSocket.OPEN) return;
    const message = new Uint8Array(TIME_BYTES + jpeg.byteLength);
    new DataView(message.buffer).setFloat64(0, hostMicros);
    message.set(new Uint8Array(jpeg), TIME_BYTES);
    socket.send(message);
    underWay++;
    sent++;
    sentBytes += jpeg.byteLength;
    say("live", "Sending.");
  } finally {
    isEncoding = false;
  }
}

/** @param {number} atMicros */
function mayTake(atMicros) {
  if (!wanted?.isWanted || isEncoding || underWay >= MAX_UNDER_WAY) return false;
  if (socket?.readyState !== WebSocket.OPEN) return false;
  const everyMicros = 1e6 / wanted.fps;
  // The picture nearest to each turn; a pause is not made up for.
  if (atMicros < dueMicros - everyMicros / 2) return false;
  dueMicros = Math.max(dueMicros + everyMicros, atMicros);
  return true;
}

/** The host's time of one of ours, in microseconds. @param {number} micros */
function hostTime(micros) {
  const sinceZeroMs = clock.ageMs(0);
  return sinceZeroMs === undefined ? undefined : sinceZeroMs * 1000 - (nowMicros() - micros);
}

/** @param {Frame} frame */
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
  return await blob.arrayBuffer();
}
