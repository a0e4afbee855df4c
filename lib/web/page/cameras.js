// @ts-check
/// <reference lib="dom" />
/**
 * Which of the host's cameras the page shows: its own address says so.
 *
 * @module
 */

import { byId } from "./page.js";

/** @type {HTMLSelectElement} */
const choice = byId("camera");

/** The name in the page's address; `undefined` for the first camera. */
export function chosen() {
  return new URLSearchParams(location.search).get("camera") ?? undefined;
}

/** What is asked of the host about that camera. @param {string} path */
export function ofCamera(path) {
  const camera = chosen();
  return camera === undefined ? path : `${path}?camera=${encodeURIComponent(camera)}`;
}

/**
 * Shows the choice, where there is one.
 *
 * @param {string} camera the one that is shown
 * @param {{ name: string }[]} cameras
 */
export function offer(camera, cameras) {
  byId("cameras").hidden = cameras.length < 2;
  choice.replaceChildren(...cameras.map(({ name }) => new Option(name)));
  choice.value = camera;
}

/** @param {() => void} onChange */
export function onChoice(onChange) {
  choice.addEventListener("change", () => {
    history.replaceState(null, "", `?camera=${encodeURIComponent(choice.value)}`);
    onChange();
  });
}
