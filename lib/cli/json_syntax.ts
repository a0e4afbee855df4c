/**
 * Where a text stops being JSON. `JSON.parse` knows, but not all of its messages say.
 *
 * @module
 */

/** A place in a text, both counted from 1. */
export interface TextPosition {
  readonly line: number;
  /** In characters, as editors count. */
  readonly column: number;
}

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// deno-lint-ignore no-control-regex -- JSON forbids exactly these within a string
const STRING_PART = /[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\x00-\x1f]*)*/y;
const WORD = /true|false|null/y;

/** Deeper nesting than this is not a file of settings. */
const MAX_DEPTH = 100;

/**
 * The index of the first character that makes a text something else than JSON; the text's length
 * where it only ends too early.
 *
 * @returns `undefined` where the text is JSON
 */
export function findJsonError(text: string): number | undefined {
  let at = 0;

  /** Moves past what the pattern matches here; whether that is anything. */
  function take(pattern: RegExp): boolean {
    pattern.lastIndex = at;
    const length = pattern.exec(text)?.[0].length ?? 0;
    at += length;
    return length > 0;
  }

  function takeCharacter(character: string): boolean {
    if (text[at] !== character) return false;
    at++;
    return true;
  }

  function takeString(): boolean {
    if (!takeCharacter('"')) return false;
    take(STRING_PART);
    return takeCharacter('"');
  }

  /** A comma-separated sequence up to its closing bracket. */
  function takeSequence(close: string, takeItem: () => boolean): boolean {
    take(SPACE);
    if (takeCharacter(close)) return true;
    do {
      take(SPACE);
      if (!takeItem()) return false;
      take(SPACE);
    } while (takeCharacter(","));
    return takeCharacter(close);
  }

  function takeValue(depth: number): boolean {
    if (depth > MAX_DEPTH) return false;
    take(SPACE);
    if (text[at] === '"') return takeString();
    if (takeCharacter("[")) return takeSequence("]", () => takeValue(depth + 1));
    if (takeCharacter("{")) {
      return takeSequence("}", () => {
        if (!takeString()) return false;
        take(SPACE);
        return takeCharacter(":") && takeValue(depth + 1);
      });
    }
    return take(WORD) || take(NUMBER);
  }

  if (!takeValue(0)) return at;
  take(SPACE);
  return at === text.length ? undefined : at;
}

/** The line and column of an index. */
export function positionOf(text: string, index: number): TextPosition {
  const lines = text.slice(0, index).split("\n");
  return { line: lines.length, column: [...lines.at(-1)!].length + 1 };
}
