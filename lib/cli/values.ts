/**
 * From what was written to what it means: one check for each kind of option, and one sentence that
 * says what is allowed. Command line and environment give texts, capturevideo.json gives values.
 *
 * @module
 */

import type { Given } from "./given.ts";
import type { NumberOption, OptionDefinition, SettingValue, TextForm } from "./option.ts";

/** Values by the names of their options. */
export type Values = Map<string, SettingValue>;

/** What a check found: the value, or what is wrong, to be put behind the option's name. */
export type Reading = { readonly value: SettingValue } | { readonly fault: string };

const INTEGER = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;
const WORDS_FOR_TRUE = ["true", "1", "yes", "on"];
const WORDS_FOR_FALSE = ["false", "0", "no", "off"];

/** Longer values are cut in messages, so that a message stays a line. */
const MAX_SHOWN_LENGTH = 80;

/** Reads an option's value from the command line or the environment. */
export function readText(definition: OptionDefinition, text: string): Reading {
  return readValue(definition, meaningOf(definition, text), text);
}

/** What a text would be in capturevideo.json; the text itself where it is nothing that fits. */
function meaningOf(definition: OptionDefinition, text: string): unknown {
  const word = text.toLowerCase();
  switch (definition.kind) {
    case "text":
      return text;
    case "integer":
      return INTEGER.test(text) ? Number(text) : text;
    case "number":
      return DECIMAL.test(text) ? Number(text) : text;
    case "boolean":
      return WORDS_FOR_TRUE.includes(word) || (WORDS_FOR_FALSE.includes(word) ? false : text);
    case "choice":
      return definition.choices.find((choice) => String(choice) === word) ?? text;
    case "list":
      return definition.isWhole ? [text] : text.split(",");
    case "cameras":
      return text;
  }
}

/**
 * Reads an option's value from capturevideo.json, where `"80"` is not 80.
 *
 * @param written what a message shows in place of a wrong value
 */
export function readValue(
  definition: OptionDefinition,
  value: unknown,
  written: unknown = value,
): Reading {
  if (isWhole(definition) && typeof value === "string") {
    return readValue(definition, [value], written);
  }
  // -0 is 0.
  if (isAllowed(definition, value)) return { value: value === 0 ? 0 : value };
  const isList = definition.kind === "list" && Array.isArray(value);
  const wrong = isList && value.length > 0
    ? value.find((item) => !isAllowedText(item, definition.form))
    : written;
  const hint = "form" in definition && typeof wrong === "string"
    ? definition.form?.hint?.(wrong)
    : undefined;
  return { fault: `must ${hint ?? `be ${ruleOf(definition)}`}, not ${shown(wrong)}` };
}

/** The options' values where nothing is given. */
export function defaultsOf(options: ReadonlyMap<string, OptionDefinition>): Values {
  return new Map(Array.from(options, ([name, definition]) => [name, definition.default]));
}

/**
 * Reads what is given over the values that there are. What is not allowed leaves them as they are.
 *
 * @returns a line for each value that is not allowed
 */
export function readGiven(
  options: ReadonlyMap<string, OptionDefinition>,
  given: readonly Given[],
  values: Values,
): string[] {
  const problems: string[] = [];
  for (const { name, label, ...content } of given) {
    const definition = options.get(name)!;
    const reading = "text" in content
      ? readText(definition, content.text)
      : readValue(definition, content.value);
    if ("value" in reading) values.set(name, reading.value);
    else problems.push(`${label} ${reading.fault}`);
  }
  return problems;
}

function isAllowed(definition: OptionDefinition, value: unknown): value is SettingValue {
  switch (definition.kind) {
    case "text":
      return isAllowedText(value, definition.form);
    case "integer":
    case "number":
      return typeof value === "number" && isAllowedNumber(value, definition);
    case "boolean":
      return typeof value === "boolean";
    case "choice":
      return definition.choices.some((choice) => choice === value);
    case "list":
      return Array.isArray(value) && (value.length > 0 || !definition.isWhole) &&
        value.every((item) => isAllowedText(item, definition.form));
    case "cameras":
      return false;
  }
}

function isAllowedText(text: unknown, form: TextForm | undefined): boolean {
  // No path, address or name contains a NUL; passed on to C it would cut the text short.
  if (typeof text !== "string" || text === "" || text.includes("\0")) return false;
  return form === undefined || (form.pattern.test(text) && form.hint?.(text) === undefined);
}

function isAllowedNumber(value: number, { kind, min, above, max }: NumberOption): boolean {
  return (kind === "number" || Number.isSafeInteger(value)) &&
    value >= (min ?? -Infinity) && value > (above ?? -Infinity) && value <= (max ?? Infinity);
}

/** Completes "must be …": what an option accepts. */
export function ruleOf(definition: OptionDefinition): string {
  switch (definition.kind) {
    case "text":
      return definition.form?.says ?? "a text that is not empty";
    case "integer":
    case "number": {
      const noun = definition.kind === "integer" ? "an integer" : "a number";
      const unit = definition.unit === undefined ? "" : ` ${definition.unit}`;
      return `${noun} ${rangeOf(definition)}${unit}`;
    }
    case "boolean":
      return "true or false";
    case "choice":
      return listed(definition.choices.map(String), "or");
    case "list":
      return `${definition.isWhole ? "" : "a list of "}${definition.form.says}`;
    case "cameras":
      return "an object";
  }
}

function isWhole(definition: OptionDefinition): boolean {
  return definition.kind === "list" && definition.isWhole === true;
}

/** A range without its unit: `from 16 to 16384`, `of at least 1`. */
export function rangeOf({ min, above, max }: NumberOption): string {
  if (max === undefined) return `of at least ${min}`;
  return above === undefined ? `from ${min} to ${max}` : `above ${above} and at most ${max}`;
}

/** A value as it may stand in a message: on one line, unmistakable, and not endless. */
export function shown(value: unknown): string {
  // JSON.stringify would call a number such as 1e400 null.
  if (value === Infinity || value === -Infinity) return "a number beyond all bounds";
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= MAX_SHOWN_LENGTH ? text : `${text.slice(0, MAX_SHOWN_LENGTH)}…`;
}

/** `a`, `a or b`, `a, b or c`. */
export function listed(words: readonly string[], conjunction: "and" | "or"): string {
  if (words.length < 2) return words.join();
  return `${words.slice(0, -1).join(", ")} ${conjunction} ${words.at(-1)}`;
}
