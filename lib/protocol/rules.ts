/**
 * What a value that was JSON may be: rules for fields, and for the objects that they make up.
 *
 * @example
 * ```ts
 * import { object, oneOf, optional, text } from "./rules.ts";
 *
 * const status = object({ camera: oneOf(["live", "lost"]), why: optional(text(500)) });
 * const value = JSON.parse('{"camera":"live","extra":1}');
 * console.assert(status(value, { where: "STATUS" }).camera === "live");
 * ```
 * @module
 */
import { countCharacters, printable, shorten } from "../text/printable.ts";

/** Where a value stands, and what becomes of it. */
export interface Place {
  /** What the value is called in errors. */
  readonly where: string;
  /** Whether text over its limit is cut, instead of refused; default: no. */
  readonly shortens?: boolean;
}

/** Gives the value; throws a `TypeError` that says where it stands, the rule and what is there. */
export type Rule<T> = (value: unknown, place: Place) => T;

/** `true` or `false`. */
export const BOOLEAN: Rule<boolean> = rule(
  "true or false",
  (value) => typeof value === "boolean",
);

/** A finite number above 0. */
export const POSITIVE: Rule<number> = rule(
  "a finite number above 0",
  (value): value is number => isNumber(value) && value > 0,
);

/** A finite number, 0 or above. */
export const NOT_NEGATIVE: Rule<number> = rule(
  "a finite number, 0 or above",
  (value): value is number => isNumber(value) && value >= 0,
);

/** A whole number from `min` to `max`. */
export function integer(min: number, max: number): Rule<number> {
  return rule(
    `a whole number from ${min} to ${max}`,
    (value): value is number => isIntegerIn(value, min, max),
  );
}

/** One to `maxCount` whole numbers from 1 to `max`. */
export function integers(maxCount: number, max: number): Rule<number[]> {
  return rule(
    `a list of 1 to ${maxCount} whole numbers from 1 to ${max}`,
    (value): value is number[] =>
      Array.isArray(value) && value.length >= 1 && value.length <= maxCount &&
      value.every((entry) => isIntegerIn(entry, 1, max)),
    (value) => {
      if (!Array.isArray(value)) return show(value);
      if (value.length < 1 || value.length > maxCount) return `a list of ${value.length}`;
      return `a list with ${show(value.find((entry) => !isIntegerIn(entry, 1, max)))} in it`;
    },
  );
}

/** One to `maxCount` entries that each follow a rule. */
export function list<T>(maxCount: number, rule: Rule<T>): Rule<T[]> {
  return (value, place) => {
    const says = `a list of 1 to ${maxCount}`;
    if (!Array.isArray(value)) throw wrong(place, says, show(value));
    const { length } = value;
    if (length < 1 || length > maxCount) throw wrong(place, says, `a list of ${length}`);
    return value.map((entry, index) =>
      rule(entry, { ...place, where: `entry ${index + 1} of ${place.where}` })
    );
  };
}

/** One of the given words. */
export function oneOf<Word extends string>(words: readonly Word[]): Rule<Word> {
  return rule(
    `one of ${words.map(show).join(", ")}`,
    (value): value is Word => words.includes(value as Word),
  );
}

/** Text of at most so many code points, which comes out {@linkcode printable}. */
export function text(maxCharacters: number): Rule<string> {
  const isText = rule("text", (value) => typeof value === "string");
  return (value, place) => {
    const text = isText(value, place);
    if (place.shortens) return shorten(printable(text), maxCharacters);
    const characters = countCharacters(text);
    if (characters <= maxCharacters) return printable(text);
    throw wrong(place, `at most ${maxCharacters} characters`, `${characters} characters`);
  };
}

/** What may be missing. */
export function optional<T>(rule: Rule<T>): Rule<T | undefined> {
  return (value, place) => value === undefined ? undefined : rule(value, place);
}

/** An object with these fields; others are left out. */
export function object<T>(rules: { readonly [Name in keyof T]: Rule<T[Name]> }): Rule<T> {
  return (value, place) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw wrong(place, "a JSON object", show(value));
    }
    const object: Partial<T> = {};
    for (const name in rules) {
      const field: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
      const taken = rules[name](field, { ...place, where: `${name} of ${place.where}` });
      if (taken !== undefined) object[name] = taken;
    }
    return object as T;
  };
}

function rule<T>(
  says: string,
  isRight: (value: unknown) => value is T,
  describe: (value: unknown) => string = show,
): Rule<T> {
  return (value, place) => {
    if (isRight(value)) return value;
    throw wrong(place, says, describe(value));
  };
}

function wrong({ where }: Place, says: string, found: string): TypeError {
  return new TypeError(`${where} should be ${says}, it is ${found}`);
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

function isIntegerIn(value: unknown, min: number, max: number): value is number {
  return isNumber(value) && Number.isInteger(value) && value >= min && value <= max;
}

/** A value in a few safe characters. */
function show(value: unknown): string {
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const text = typeof value === "string" ? JSON.stringify(printable(value)) : String(value);
  return text.length > 40 ? text.slice(0, 39) + "…" : text;
}
