// @ts-check
/// <reference lib="dom" />
/**
 * The page that lends its camera: asks for it, shows it, keeps the device awake, and says what is
 * the matter. What is sent, the worker makes.
 *
 * @module
 */

import { keyInLink } from "./key_in_link.js";

/** How long after a failure that may pass the camera is asked for again, in milliseconds. */
const RETRY_AFTER_MS = 2000;

/** @template {HTMLElement} T @param {string} id @returns {T} */
function byId(id) {
  return /** @type {T} */ (document.getElementById(id));
}

const state = byId("state");
/** @type {HTMLVideoElement} */
const preview = byId("preview");
/** @type {HTMLSelectElement} */
const choice = byId("choice");
const again = byId("again");
const takeover = byId("takeover");
/** @type {HTMLFormElement} */
const form = byId("ask");
/** @type {HTMLInputElement} */
const keyField = byId("key");

// What nobody has foreseen, here or in the worker, is at least said.
addEventListener("error", ({ message }) => say("lost", `This page has failed: ${message}`));

const worker = new Worker("camera_worker.js", { type: "module" });
worker.onerror = ({ message = "its worker does not start" }) => {
  say("lost", `This page has failed: ${message}`);
};

/** What the host wants, once it has said so. @type {{ width: number, height: number, fps: number } | undefined} */
let wanted;
/** @type {MediaStream | undefined} */
let stream;
/** Counts the attempts: what an older one comes to is of no interest. */
let attempt = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let retrying;
/** Why the camera gives nothing; empty where it does. */
let trouble = "";

/** @param {string} kind @param {string} words */
function say(kind, words) {
  state.dataset["kind"] = kind;
  if (state.textContent !== words) state.textContent = words;
}

/** @param {string} why */
function haveTrouble(why) {
  trouble = why;
  worker.postMessage({ type: "trouble", why });
  if (why) say("lost", `${why[0]?.toUpperCase()}${why.slice(1)}.`);
}

worker.onmessage = (/** @type {MessageEvent} */ { data }) => {
  switch (data.type) {
    case "wanted":
      takeover.hidden = true;
      wanted = data.wanted;
      if (!stream) begin();
      return;
    case "state":
      takeover.hidden = data.kind !== "taken";
      if (data.kind === "unreachable") askForKey();
      if (!trouble || !["live", "idle"].includes(data.kind)) say(data.kind, data.words);
      return;
    case "figures":
      byId("figures").textContent = data.words;
  }
};

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
    await Promise.all([listCameras(), stayAwake()]);
    feed(track);
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

async function stayAwake() {
  if (!document.hidden) await navigator.wakeLock?.request("screen").catch(() => {});
}

choice.addEventListener("change", begin);
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

// The key.
async function askForKey() {
  const answer = await fetch("state").catch(() => undefined);
  form.hidden = answer?.status !== 401;
}

/** @param {string} key */
async function give(key) {
  const answer = await fetch("key", { method: "POST", body: key }).catch(() => undefined);
  form.hidden = Boolean(answer?.ok || answer?.status === 404);
  if (answer?.status === 429) say("lost", "Too many wrong keys came from here: wait a minute.");
  else if (!form.hidden) say("lost", "That is not this host's key.");
  if (form.hidden) connect();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  give(keyField.value);
});

/** What the page calls itself; plain HTTP has no `randomUUID`. */
const name = crypto.getRandomValues(new Uint32Array(4)).join("-");

function connect() {
  const takesOver = new URLSearchParams(location.search).has("takeover");
  worker.postMessage({ type: "connect", page: name, takesOver });
}

function start() {
  const key = keyInLink();
  if (key) give(key);
  else connect();
}
// Another link to this page does not load it again.
addEventListener("hashchange", () => location.hash && start());
start();
