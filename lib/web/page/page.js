// @ts-check
/// <reference lib="dom" />
/**
 * What the pages have in common: their elements, and what they say of themselves.
 *
 * @module
 */

/** @template {HTMLElement} T @param {string} id @returns {T} */
export function byId(id) {
  return /** @type {T} */ (document.getElementById(id));
}

/** @param {string} id @param {string} text */
export function show(id, text) {
  const element = byId(id);
  // What is read out to people who cannot see it is not to be said twice.
  if (element.textContent !== text) element.textContent = text;
}

/** How the page is, in words. @param {string} kind @param {string} words */
export function say(kind, words) {
  byId("state").dataset["kind"] = kind;
  show("state", words);
}

/**
 * Starts the part of the page that works beside it.
 *
 * @param {string} script
 * @param {(message: any) => void} onMessage
 */
export function startWorker(script, onMessage) {
  const worker = new Worker(script, { type: "module" });
  worker.onmessage = ({ data }) => onMessage(data);
  worker.onerror = ({ message = "its worker does not start" }) => haveFailed(message);
  return worker;
}

/** @param {string} why */
function haveFailed(why) {
  say("lost", `This page has failed: ${why}`);
}

// What nobody has foreseen, here or in the worker, is at least said.
addEventListener("error", ({ message }) => haveFailed(message));
