// @ts-check
/// <reference lib="dom" />
/**
 * The page around the picture: figures, buttons, keys, and the question for the host's key.
 *
 * @module
 */

import { keyInLink } from "./key_in_link.js";

/** How often it is asked how many watch, in milliseconds. */
const VIEWERS_EVERY_MS = 2000;

/** A page out of sight keeps its connection for so long, in milliseconds. */
const HIDDEN_MS = 5000;

/** @template {HTMLElement} T @param {string} id @returns {T} */
function byId(id) {
  return /** @type {T} */ (document.getElementById(id));
}

const stage = byId("stage");
/** @type {HTMLCanvasElement} */
const picture = byId("picture");
const state = byId("state");
/** @type {HTMLDialogElement} */
const dialog = byId("ask");
/** @type {HTMLInputElement} */
const keyField = byId("key");
const pauseButton = byId("pause");

/** What was said last, and what holds while the picture is live. */
let words = "";

// What nobody has foreseen, here or in the worker, is at least said.
addEventListener("error", ({ message }) => say("lost", `This page has failed: ${message}`));

const worker = new Worker("worker.js", { type: "module" });
worker.onerror = ({ message = "its worker does not start" }) => {
  say("lost", `This page has failed: ${message}`);
};
const canvas = picture.transferControlToOffscreen();
worker.postMessage({ type: "canvas", canvas }, [canvas]);

let isPaused = false;
let rotation = 0;
/** Whether the host is being given the key: who connects meanwhile would be refused. */
let isGiving = false;

/** @param {string} kind @param {string} text */
function say(kind, text) {
  state.dataset["kind"] = kind;
  if (text !== words) state.textContent = words = text;
}

/** @param {string} id @param {string} text */
function show(id, text) {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
}

/** @param {number} ms */
function duration(ms) {
  return ms < 9999.5 ? `${Math.round(ms)} ms` : `${Math.round(ms / 1000)} s`;
}

let isLive = false;
/** The last age at which a picture was shown, in milliseconds. */
let shownAgeMs = NaN;

worker.onmessage = (/** @type {MessageEvent} */ { data }) => {
  switch (data.type) {
    case "state":
      isLive = false;
      return say(data.kind, data.words);
    case "welcome":
      picture.dataset["over"] = data.over;
      document.title = `${data.host} – capturevideo`;
      return show("title", `${data.host}: ${data.source.description}`);
    case "picture":
      shownAgeMs = data.ageMs ?? NaN;
      show("size", `${data.width} × ${data.height}`);
      picture.dispatchEvent(new CustomEvent("picture", { detail: data }));
      return;
    case "figures":
      return figures(data);
    case "key":
      return ask("");
    case "snapshot":
      return save(data.jpeg);
  }
};

/** @param {{ fps: number, ageMs: number | null, isLive: boolean, hasPicture: boolean }} data */
function figures(data) {
  picture.dataset["live"] = data.isLive || !data.hasPicture ? "yes" : "no";
  show("rate", data.isLive ? `${data.fps.toFixed(0)}/s` : "–");
  const ageMs = data.isLive ? shownAgeMs : data.ageMs ?? NaN;
  show("age", Number.isNaN(ageMs) ? "–" : duration(Math.max(0, ageMs)));
  if (isPaused) return;
  if (data.isLive) say("live", "Live");
  else if (isLive) say("lost", "Not live: the picture is old");
  isLive = data.isLive;
}

function open() {
  if (isPaused || isGiving || document.hidden || dialog.open) return;
  worker.postMessage({ type: "open" });
}

function close() {
  worker.postMessage({ type: "close" });
}

// The buttons, and their keys.
function pause() {
  isPaused = !isPaused;
  pauseButton.setAttribute("aria-pressed", String(isPaused));
  if (!isPaused) return open();
  close();
  say("paused", "Paused");
}

function rotate() {
  rotation = (rotation + 90) % 360;
  worker.postMessage({ type: "rotate", degrees: rotation });
}

function fullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else stage.requestFullscreen();
}

/** @param {Uint8Array<ArrayBuffer> | undefined} jpeg */
function save(jpeg) {
  if (!jpeg) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([jpeg], { type: "image/jpeg" }));
  link.download = `capturevideo-${new Date().toISOString().replaceAll(/[:.]/g, "-")}.jpg`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** @type {Record<string, () => void>} */
const actions = {
  ...{ pause, rotate, fullscreen },
  snapshot: () => worker.postMessage({ type: "snapshot" }),
};
for (const [id, action] of Object.entries(actions)) byId(id).addEventListener("click", action);
byId("fullscreen").hidden = !document.fullscreenEnabled;

/** @type {Record<string, () => void>} */
const keys = { " ": pause, r: rotate, f: fullscreen, s: /** @type {any} */ (actions).snapshot };
document.addEventListener("keydown", (event) => {
  const { key, repeat, ctrlKey, metaKey, altKey, target } = event;
  if (repeat || ctrlKey || metaKey || altKey || dialog.open) return;
  // Space presses the button that has the focus.
  if (key === " " && target instanceof HTMLButtonElement) return;
  const action = keys[key.toLowerCase()];
  if (!action) return;
  event.preventDefault();
  action();
});

// Nobody looks: nothing is sent.
/** @type {ReturnType<typeof setTimeout> | undefined} */
let hiding;
document.addEventListener("visibilitychange", () => {
  clearTimeout(hiding);
  if (document.hidden) hiding = setTimeout(close, HIDDEN_MS);
  else open();
});
addEventListener("pagehide", close);
addEventListener("pageshow", open);

// The key.
/** @param {string} fault */
function ask(fault) {
  say("waiting", "This host's key is needed");
  show("ask-fault", fault);
  if (!dialog.open) dialog.showModal();
}

/** @param {string} key */
async function give(key) {
  isGiving = true;
  const answer = await fetch("key", { method: "POST", body: key }).catch(() => undefined);
  isGiving = false;
  if (answer?.ok || answer?.status === 404) {
    dialog.close();
    return open();
  }
  if (!answer) ask("The host cannot be reached.");
  else if (answer.status === 429) ask("Too many wrong keys came from here: wait a minute.");
  else ask("That is not this host's key.");
}

byId("ask-form").addEventListener("submit", (event) => {
  event.preventDefault();
  give(keyField.value);
});
dialog.addEventListener("cancel", (event) => event.preventDefault());

async function viewers() {
  const answer = document.hidden ? undefined : await fetch("state").catch(() => undefined);
  if (!answer?.ok) return;
  const { result } = await answer.json();
  show("viewers", String(result.stream.clients));
}
setInterval(viewers, VIEWERS_EVERY_MS);

function begin() {
  const key = keyInLink();
  if (key) give(key);
  else open();
}
// Another link to this page does not load it again.
addEventListener("hashchange", () => location.hash && begin());
begin();
