// @ts-check
/// <reference lib="dom" />
/**
 * The page around the picture: figures, buttons, keys, and the question for the host's key.
 *
 * @module
 */

import { chosen, ofCamera, offer, onChoice } from "./cameras.js";
import { HostKey } from "./key.js";
import { byId, say, show, startWorker } from "./page.js";

/** How often it is asked how many watch, in milliseconds. */
const VIEWERS_EVERY_MS = 2000;

/** A page out of sight keeps its connection for so long, in milliseconds. */
const HIDDEN_MS = 5000;

const stage = byId("stage");
/** @type {HTMLCanvasElement} */
const picture = byId("picture");
const pauseButton = byId("pause");

const worker = startWorker("worker.js", hear);
const canvas = picture.transferControlToOffscreen();
worker.postMessage({ type: "canvas", canvas }, [canvas]);

let isPaused = false;
let rotation = 0;

/** @param {number} ms */
function duration(ms) {
  return ms < 9999.5 ? `${Math.round(ms)} ms` : `${Math.round(ms / 1000)} s`;
}

let isLive = false;
/** The last age at which a picture was shown, in milliseconds. */
let shownAgeMs = NaN;

/** @param {any} data */
function hear(data) {
  switch (data.type) {
    case "state":
      isLive = false;
      return say(data.kind, data.words);
    case "welcome":
      picture.dataset["over"] = data.over;
      document.title = `${data.host} – capturevideo`;
      offer(data.camera ?? "", data.cameras ?? []);
      return show("title", `${data.host}: ${data.source.description}`);
    case "picture":
      shownAgeMs = data.ageMs ?? NaN;
      show("size", `${data.width} × ${data.height}`);
      picture.dispatchEvent(new CustomEvent("picture", { detail: data }));
      return;
    case "figures":
      return figures(data);
    case "key":
      return key.ask();
    case "snapshot":
      return save(data.jpeg);
  }
}

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
  if (isPaused || document.hidden || key.isMissing) return;
  worker.postMessage({ type: "open", camera: chosen() });
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
  const { key: pressed, repeat, ctrlKey, metaKey, altKey, target } = event;
  if (repeat || ctrlKey || metaKey || altKey || key.isMissing) return;
  // What has the focus may have a use for the key itself.
  if (
    target instanceof HTMLElement &&
    target.closest(pressed === " " ? "form, select, button" : "form, select")
  ) {
    return;
  }
  const action = keys[pressed.toLowerCase()];
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
onChoice(() => {
  close();
  open();
});
addEventListener("pageshow", open);

async function viewers() {
  const answer = document.hidden
    ? undefined
    : await fetch(ofCamera("state")).catch(() => undefined);
  if (!answer?.ok) return;
  const { result } = await answer.json();
  show("viewers", String(result.stream.clients));
  if (result.controls) (await import("./controls.js")).offer();
}
setInterval(viewers, VIEWERS_EVERY_MS);

const key = new HostKey(open);
key.begin();
