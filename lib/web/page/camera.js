// @ts-check
/// <reference lib="dom" />
/**
 * The page that lends its camera: asks for it, shows it, keeps the device awake, and says what is
 * the matter. What is sent, the worker makes.
 *
 * @module
 */

import { HostKey } from "./key.js";
import { byId, say, show, startWorker } from "./page.js";

/** How long after a failure that may pass the camera is asked for again, in milliseconds. */
const RETRY_AFTER_MS = 2000;

/** @type {HTMLVideoElement} */
const preview = byId("preview");
/** @type {HTMLSelectElement} */
const choice = byId("choice");
const again = byId("again");
const takeover = byId("takeover");

const worker = startWorker("camera_worker.js", hear);

/** What the host wants, once it has said so. @type {{ width: number, height: number, fps: number } | undefined} */
let wanted;
/** @type {MediaStream | undefined} */
let stream;
/** Counts the attempts: what an older one comes to is of no interest. */
let attempt = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let retrying;
/** @type {WakeLockSentinel | undefined} */
let awake;
/** Whether this is the page that is to send. */
let isOurTurn = false;
/** Why the camera gives nothing; empty where it does. */
let trouble = "";

/** @param {string} why */
function haveTrouble(why) {
  trouble = why;
  worker.postMessage({ type: "trouble", why });
  if (why) say("lost", `${why[0]?.toUpperCase()}${why.slice(1)}.`);
}

/** @param {any} data */
function hear(data) {
  switch (data.type) {
    case "wanted":
      isOurTurn = true;
      takeover.hidden = true;
      preview.dataset["over"] = data.over;
      if (wanted && hasChanged(data.wanted)) end();
      wanted = data.wanted;
      if (!stream) begin();
      return;
    case "key":
      return key.ask();
    case "state":
      takeover.hidden = data.kind !== "taken";
      // Whoever does not send has no use for the camera.
      if (data.kind === "taken") letGo();
      if (!trouble || !["live", "idle"].includes(data.kind)) say(data.kind, data.words);
      return;
    case "figures":
      show("figures", data.words);
  }
}

/** Whether the camera is to be asked for another size or rate. @param {typeof wanted} next */
function hasChanged(next) {
  return wanted?.width !== next?.width || wanted?.height !== next?.height ||
    wanted?.fps !== next?.fps;
}

/** @param {unknown} error */
function reasonOf(error) {
  switch (error instanceof Error ? error.name : "") {
    case "NotAllowedError":
      return "the browser may not use the camera; allow it beside the page's address";
    case "NotFoundError":
    case "OverconstrainedError":
      return "there is no such camera in this device";
    case "NotReadableError":
    case "AbortError":
      return "the camera is used by another program, or does not start";
    default:
      return `the camera does not start (${error})`;
  }
}

/** @returns {MediaTrackConstraints} */
function constraints() {
  const { width = 1280, height = 720, fps = 30 } = wanted ?? {};
  const size = { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: fps } };
  const { value } = choice;
  if (value === "user" || value === "environment") return { ...size, facingMode: { ideal: value } };
  return { ...size, deviceId: { exact: value } };
}

/** Asks for the camera, in the place of the one before. */
async function begin() {
  const mine = ++attempt;
  clearTimeout(retrying);
  again.hidden = true;
  end();
  if (!navigator.mediaDevices) {
    return haveTrouble("browsers give a camera to HTTPS pages and to this computer's own alone");
  }
  try {
    const opened = await navigator.mediaDevices.getUserMedia({ video: constraints() });
    if (mine !== attempt) return opened.getTracks().forEach((track) => track.stop());
    stream = opened;
    const [track] = opened.getVideoTracks();
    if (!track) return;
    haveTrouble("");
    track.onended = () => lose("the camera was taken away");
    track.onmute = () => haveTrouble(pausedReason());
    track.onunmute = () => haveTrouble("");
    preview.srcObject = opened;
    preview.play().catch(() => {});
    feed(track);
    stayAwake();
    await listCameras();
  } catch (error) {
    if (mine !== attempt) return;
    lose(reasonOf(error));
    // Who has said no is not to be asked again every two seconds.
    if (error instanceof Error && error.name === "NotAllowedError") clearTimeout(retrying);
  }
}

/** @param {string} why */
function lose(why) {
  end();
  haveTrouble(why);
  again.hidden = false;
  retrying = setTimeout(begin, RETRY_AFTER_MS);
}

function end() {
  worker.postMessage({ type: "end" });
  for (const track of stream?.getTracks() ?? []) {
    track.onended = track.onmute = track.onunmute = null;
    track.stop();
  }
  stream = undefined;
  preview.srcObject = null;
}

/** Switches the camera off, until it is wanted here again. */
function letGo() {
  isOurTurn = false;
  awake?.release();
  attempt++;
  clearTimeout(retrying);
  again.hidden = true;
  end();
  haveTrouble("");
}

function pausedReason() {
  return document.hidden
    ? "the page is out of sight, or the device is locked; bring the page back"
    : "the camera is paused";
}

/** Hands the pictures to the worker. @param {MediaStreamTrack} track */
function feed(track) {
  const Processor = /** @type {any} */ (globalThis).MediaStreamTrackProcessor;
  if (Processor) {
    const { readable } = new Processor({ track, maxBufferSize: 1 });
    return worker.postMessage({ type: "stream", readable }, [readable]);
  }
  // Elsewhere the pictures are taken from the preview.
  const mine = attempt;
  /** @param {number} now @param {{ captureTime?: number }} metadata */
  const take = async (now, { captureTime = now }) => {
    if (mine !== attempt || !stream) return;
    // A preview that has just stopped has no picture; the worker says so when none comes.
    const frame = await createImageBitmap(preview).catch(() => undefined);
    // Another page may have taken over meanwhile: the worker would wait for more of this camera.
    if (mine !== attempt || !stream) return frame?.close();
    preview.requestVideoFrameCallback(take);
    if (!frame) return;
    const atMs = performance.timeOrigin + captureTime;
    worker.postMessage({ type: "frame", frame, atMs }, [frame]);
  };
  preview.requestVideoFrameCallback(take);
}

/** Their names are only given once one may be used. */
async function listCameras() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  const chosen = choice.value;
  for (const option of [...choice.options].slice(2)) option.remove();
  for (const { kind, deviceId, label } of devices) {
    if (kind === "videoinput" && deviceId) choice.add(new Option(label || "Camera", deviceId));
  }
  choice.value = chosen;
}

/** A device that locks its screen stops its camera; out of sight the browser lets go of the lock. */
async function stayAwake() {
  if (document.hidden || awake?.released === false) return;
  awake = await navigator.wakeLock?.request("screen").catch(() => undefined);
}

choice.addEventListener("change", () => isOurTurn && begin());
again.addEventListener("click", begin);
takeover.addEventListener("click", () => worker.postMessage({ type: "takeover" }));
document.addEventListener("visibilitychange", () => {
  worker.postMessage({ type: "hidden", isHidden: document.hidden, why: pausedReason() });
  if (stream) stayAwake();
});
navigator.mediaDevices?.addEventListener("devicechange", () => trouble && begin());
navigator.permissions?.query({ name: /** @type {PermissionName} */ ("camera") })
  .then((permission) => permission.onchange = () => trouble && begin(), () => {});
addEventListener("online", () => worker.postMessage({ type: "retry" }));

/** What the page calls itself; plain HTTP has no `randomUUID`. */
const name = crypto.getRandomValues(new Uint32Array(4)).join("-");

function connect() {
  const query = new URLSearchParams(location.search);
  const takesOver = query.has("takeover");
  query.delete("takeover");
  // Of several cameras of a host, the link says which one this is to be.
  query.set("page", name);
  worker.postMessage({ type: "connect", query: String(query), takesOver });
}

const key = new HostKey(connect);
key.begin();
