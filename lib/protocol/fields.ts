/**
 * Reads the fields of a JSON object one by one, each against its rule.
 *
 * @example
 * ```ts
 * import { Fields } from "./fields.ts";
 *
 * const fields = new Fields("STATUS", JSON.parse('{"camera":"live","extra":1}'));
 * console.assert(fields.oneOf("camera", ["live", "lost"]) === "live");
 * ```
 * @module
 */
import { countCharacters, printable } from "../text/printable.ts";

/** The whole numbers a field may hold. */
export interface IntegerRange {
  readonly min: number;
  readonly max: number;
}

/** The length of a list and the whole numbers it may hold. */
export interface IntegersRange extends IntegerRange {
  /** The largest number of entries; at least one must be there. */
  readonly maxCount: number;
}

/**
 * The fields of one object.
 *
 * - Fields that nobody asks for are ignored.
 * - Text comes out {@linkcode printable}.
 * - Every method throws a `TypeError` that names the object, the field, the rule and what is there.
 */
export class Fields {
  readonly #where: string;
  readonly #values: Readonly<Record<string, unknown>>;

  /** @param where what the object is called in errors */
  constructor(where: string, value: unknown) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new TypeError(`${where} should be a JSON object, it is ${show(value)}`);
    }
    this.#where = where;
    this.#values = value as Record<string, unknown>;
  }

  /** Whether the field is there at all. */
  has(name: string): boolean {
    return this.#get(name) !== undefined;
  }

  /** Text of at most `maxCharacters` code points. */
  text(name: string, maxCharacters: number): string {
    const value = this.#get(name);
    if (typeof value !== "string") throw this.#wrong(name, "text", show(value));
    const characters = countCharacters(value);
    if (characters > maxCharacters) {
      throw this.#wrong(name, `at most ${maxCharacters} characters`, `${characters} characters`);
    }
    return printable(value);
  }

  /** `true` or `false`. */
  boolean(name: string): boolean {
    const value = this.#get(name);
    if (typeof value === "boolean") return value;
    throw this.#wrong(name, "true or false", show(value));
  }

  /** A whole number from `min` to `max`. */
  integer(name: string, { min, max }: IntegerRange): number {
    const value = this.#get(name);
    if (isIntegerIn(value, min, max)) return value;
    throw this.#wrong(name, `a whole number from ${min} to ${max}`, show(value));
  }

  /** One to `maxCount` whole numbers from `min` to `max`. */
  integers(name: string, { min, max, maxCount }: IntegersRange): number[] {
    const value = this.#get(name);
    const rule = `a list of 1 to ${maxCount} whole numbers from ${min} to ${max}`;
    if (!Array.isArray(value)) throw this.#wrong(name, rule, show(value));
    if (value.length < 1 || value.length > maxCount) {
      throw this.#wrong(name, rule, `a list of ${value.length}`);
    }
    return value.map((entry: unknown) => {
      if (isIntegerIn(entry, min, max)) return entry;
      throw this.#wrong(name, rule, `a list with ${show(entry)} in it`);
    });
  }

  /** A finite number above 0. */
  positive(name: string): number {
    const value = this.#get(name);
    if (typeof value === "number" && Number.isFinite(value) && value > 0) return value;
    throw this.#wrong(name, "a finite number above 0", show(value));
  }

  /** A finite number, 0 or above. */
  notNegative(name: string): number {
    const value = this.#get(name);
    if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
    throw this.#wrong(name, "a finite number, 0 or above", show(value));
  }

  /** One of the given words. */
  oneOf<Word extends string>(name: string, words: readonly Word[]): Word {
    const value = this.#get(name);
    const word = words.find((candidate) => candidate === value);
    if (word !== undefined) return word;
    throw this.#wrong(name, `one of ${words.map(show).join(", ")}`, show(value));
  }

  /** The fields of an object within this one. */
  object(name: string): Fields {
    return new Fields(`${name} of ${this.#where}`, this.#get(name));
  }

  #get(name: string): unknown {
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
  }

  #wrong(name: string, rule: string, found: string): TypeError {
    return new TypeError(`${name} of ${this.#where} should be ${rule}, it is ${found}`);
  }
}

function isIntegerIn(value: unknown, min: number, max: number): value is number {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
}

/** A value in a few safe characters. */
function show(value: unknown): string {
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const text = typeof value === "string" ? JSON.stringify(printable(value)) : String(value);
  return text.length > 40 ? text.slice(0, 39) + "…" : text;
}
