/**
 * From what was written to what it means: one check for each kind of option, and one sentence that
 * says what is allowed. Command line and environment give texts, capturevideo.json gives values.
 *
 * @module
 */

import type {
  IntegerOption,
  NumberOption,
  OptionDefinition,
  SettingValue,
  TextForm,
} from "./option.ts";

/** What a check found: the value, or the part of what was written that is wrong. */
export type Reading =
  | { readonly ok: true; readonly value: SettingValue }
  | { readonly ok: false; readonly wrong: unknown };

const INTEGER = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;
const WORDS_FOR_TRUE = ["true", "1", "yes", "on"];
const WORDS_FOR_FALSE = ["false", "0", "no", "off"];

/** Longer values are cut in messages, so that a message stays a line. */
const MAX_SHOWN_LENGTH = 80;

/** Reads an option's value from the command line or the environment. */
export function readText(definition: OptionDefinition, text: string): Reading {
  const wrong: Reading = { ok: false, wrong: text };
  switch (definition.kind) {
    case "text":
      return isAllowedText(text, definition.form) ? { ok: true, value: text } : wrong;
    case "integer":
      return INTEGER.test(text) ? readNumber(definition, Number(text), text) : wrong;
    case "number":
      return DECIMAL.test(text) ? readNumber(definition, Number(text), text) : wrong;
    case "boolean": {
      const word = text.toLowerCase();
      if (WORDS_FOR_TRUE.includes(word)) return { ok: true, value: true };
      return WORDS_FOR_FALSE.includes(word) ? { ok: true, value: false } : wrong;
    }
    case "choice": {
      const value = definition.choices.find((choice) => String(choice) === text.toLowerCase());
      return value === undefined ? wrong : { ok: true, value };
    }
    case "list":
      return readList(definition.form.pattern, text.split(","));
  }
}

/** Reads an option's value from capturevideo.json, where `"80"` is not 80. */
export function readJsonValue(definition: OptionDefinition, value: unknown): Reading {
  const wrong: Reading = { ok: false, wrong: value };
  switch (definition.kind) {
    case "text":
      return typeof value === "string" && isAllowedText(value, definition.form)
        ? { ok: true, value }
        : wrong;
    case "integer":
    case "number":
      return typeof value === "number" ? readNumber(definition, value, value) : wrong;
    case "boolean":
      return typeof value === "boolean" ? { ok: true, value } : wrong;
    case "choice": {
      const choice = definition.choices.find((choice) => choice === value);
      return choice === undefined ? wrong : { ok: true, value: choice };
    }
    case "list":
      return Array.isArray(value) ? readList(definition.form.pattern, value) : wrong;
  }
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
      return `a list of ${definition.form.says}`;
  }
}

/** A range without its unit: `from 16 to 16384`, `of at least 1`. */
export function rangeOf(definition: IntegerOption | NumberOption): string {
  if (definition.max === undefined) return `of at least ${definition.min}`;
  if (definition.kind === "number" && definition.above !== undefined) {
    return `above ${definition.above} and at most ${definition.max}`;
  }
  return `from ${definition.min} to ${definition.max}`;
}

/**
 * The one line about a wrong value.
 *
 * @param label the option as it was given: `--quality`, `CAPTUREVIDEO_QUALITY`, …
 */
export function complaint(label: string, definition: OptionDefinition, wrong: unknown): string {
  const hint = definition.kind === "text" && typeof wrong === "string"
    ? definition.form?.hint?.(wrong)
    : undefined;
  return `${label} must ${hint ?? `be ${ruleOf(definition)}`}, not ${shown(wrong)}`;
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

function isAllowedText(text: string, form: TextForm | undefined): boolean {
  // No path, address or name contains a NUL; passed on to C it would cut the text short.
  if (text === "" || text.includes("\0")) return false;
  return form === undefined || (form.pattern.test(text) && form.hint?.(text) === undefined);
}

function readNumber(
  definition: IntegerOption | NumberOption,
  value: number,
  written: unknown,
): Reading {
  const { min = -Infinity, max = Infinity } = definition;
  const above = definition.kind === "number" ? definition.above ?? -Infinity : -Infinity;
  const whole = definition.kind === "number" || Number.isSafeInteger(value);
  return whole && value >= min && value > above && value <= max
    // -0 is 0.
    ? { ok: true, value: value + 0 }
    : { ok: false, wrong: written };
}

function readList(pattern: RegExp, items: readonly unknown[]): Reading {
  const texts: string[] = [];
  for (const item of items) {
    if (typeof item !== "string" || !pattern.test(item)) return { ok: false, wrong: item };
    texts.push(item);
  }
  return { ok: true, value: texts };
}
