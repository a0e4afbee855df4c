// @ts-check
/// <reference lib="dom" />
/**
 * What can be changed of the picture, for everybody: the host says what there is.
 *
 * @module
 */

import { ofCamera } from "./cameras.js";
import { byId, show } from "./page.js";

/** How often it is looked what others have changed, in milliseconds. */
const LOOK_EVERY_MS = 2000;

/**
 * @typedef {object} Control
 * @property {string} name
 * @property {string} label
 * @property {"number" | "choice" | "switch" | "button"} kind
 * @property {number | string | null} value
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [step]
 * @property {[value: number | string, label: string][]} [choices]
 * @property {string} [why]
 */

const form = byId("controls");
const button = byId("settings");

/** What was changed here and the host has not been told yet. @type {Record<string, unknown>} */
let changes = {};
let isSending = false;
/** Why the last change was not made; what is wrong with looking is over once that succeeds. */
let refusal = "";

/** Shows the button that opens them. */
export function offer() {
  button.hidden = false;
}

button.addEventListener("click", () => {
  form.hidden = !form.hidden;
  button.setAttribute("aria-expanded", String(!form.hidden));
  if (!form.hidden) look();
});
form.addEventListener("submit", (event) => event.preventDefault());
setInterval(() => form.hidden || document.hidden || isSending || look(), LOOK_EVERY_MS);

/** Takes what the host says into the form. @param {RequestInit} [request] */
async function look(request) {
  const { controls, fault = "" } = await ask(request);
  if (request) refusal = fault;
  show("controls-fault", fault || refusal);
  if (!controls) return;
  const names = controls.map(({ name }) => name).join();
  if (form.dataset["names"] !== names) build(controls);
  form.dataset["names"] = names;
  for (const control of controls) fill(control);
}

/**
 * @param {RequestInit} [request]
 * @returns {Promise<{ controls?: Control[], fault?: string }>}
 */
async function ask(request) {
  try {
    const answer = await fetch(ofCamera("controls"), request);
    return answer.ok ? await answer.json() : { fault: (await answer.text()).trim() };
  } catch {
    return { fault: "The host cannot be reached." };
  }
}

/** @param {string} name @param {unknown} value */
async function change(name, value) {
  changes[name] = value;
  // One after another: the last one counts.
  if (isSending) return;
  isSending = true;
  while (Object.keys(changes).length > 0) {
    const body = JSON.stringify(changes);
    changes = {};
    await look({ method: "POST", body });
  }
  isSending = false;
}

/** @param {Control[]} controls */
function build(controls) {
  form.replaceChildren(byId("controls-fault"), ...controls.map(rowOf));
}

/** @param {Control} control */
function rowOf({ name, label, kind }) {
  const row = document.createElement("div");
  const field = document.createElement(
    kind === "choice" ? "select" : kind === "button" ? "button" : "input",
  );
  field.id = `control-${name}`;
  field.setAttribute("aria-describedby", `control-${name}-note`);
  if (field instanceof HTMLInputElement) field.type = kind === "switch" ? "checkbox" : "range";
  if (kind === "button") {
    field.textContent = label;
    field.addEventListener("click", () => change(name, 1));
    row.append(field, noteOf(name));
    return row;
  }
  const title = document.createElement("label");
  title.htmlFor = field.id;
  title.textContent = label;
  const shown = document.createElement("output");
  shown.htmlFor.add(field.id);
  row.append(title, ...kind === "number" ? [shown] : [], field, noteOf(name));
  field.addEventListener("input", () => shown.value = /** @type {any} */ (field).value);
  field.addEventListener("change", () => change(name, valueOf(field)));
  return row;
}

/** Where it says why it cannot be changed. @param {string} name */
function noteOf(name) {
  const note = document.createElement("small");
  note.id = `control-${name}-note`;
  return note;
}

/** @param {HTMLElement} field */
function valueOf(field) {
  if (field instanceof HTMLSelectElement) return JSON.parse(field.value);
  const input = /** @type {HTMLInputElement} */ (field);
  return input.type === "checkbox" ? Number(input.checked) : Number(input.value);
}

/** Shows its value, unless it is being changed here. @param {Control} control */
function fill({ name, kind, value, min, max, step, choices = [], why = "" }) {
  const field = /** @type {HTMLInputElement | HTMLSelectElement} */ (byId(`control-${name}`));
  field.disabled = why !== "";
  show(`control-${name}-note`, why);
  if (name in changes || field.matches(":active")) return;
  if (field instanceof HTMLSelectElement) {
    const options = choices.map(([value, label]) => new Option(label, JSON.stringify(value)));
    const isOther = options.some(({ value }, n) => field.options[n]?.value !== value);
    if (isOther || field.length !== options.length) field.replaceChildren(...options);
    field.value = JSON.stringify(value);
  } else if (kind === "switch") field.checked = value === 1;
  else if (kind === "number") {
    Object.assign(field, { min, max, step, value });
    const shown = field.parentElement?.querySelector("output");
    if (shown) shown.value = String(value ?? "");
  }
}
