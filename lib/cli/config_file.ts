/**
 * capturevideo.json: one object, an option's name for each key.
 *
 * @module
 */

import { UsageError } from "../flow/errors.ts";
import { describeError } from "../text/error_text.ts";
import { printable } from "../text/printable.ts";
import { optionsNamed, type Source } from "./given.ts";
import type { ProgramOptions } from "./option.ts";
import { shown } from "./values.ts";

/** The file's name, in the directory in which a program is started. */
const CONFIG_FILE_NAME = "capturevideo.json";

/** A configuration file has no use for more. */
const MAX_CONFIG_BYTES = 1024 * 1024;

/**
 * The text of the file in this directory; `undefined` where there is none.
 *
 * @throws {UsageError} it cannot be read
 */
export function readConfigFile(): string | undefined {
  const cannot = (why: string) => new UsageError(`Cannot read ${CONFIG_FILE_NAME}: ${why}`);
  try {
    const { isFile, isDirectory, size } = Deno.statSync(CONFIG_FILE_NAME);
    // A FIFO would be waited for, and a device has no end.
    if (!isFile && !isDirectory) throw cannot("it is not a file");
    if (size > MAX_CONFIG_BYTES) throw cannot(`it is larger than ${MAX_CONFIG_BYTES} bytes`);
    const bytes = Deno.readFileSync(CONFIG_FILE_NAME);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof TypeError) throw cannot("it is not UTF-8; save it as UTF-8");
    const { line, expected } = describeError(error, `read ${CONFIG_FILE_NAME}`);
    throw expected ? new UsageError(line, { cause: error }) : error;
  }
}

/** What the file gives to a program, if there is one. */
export function parseConfigFile(spec: ProgramOptions, text = "{}"): Source {
  const content = parseObject(text);
  if (typeof content === "string") return { given: [], problems: [content] };
  const spell = (name: string) => JSON.stringify(name);
  const entries = Object.entries(content).map(([key, value]) => ({
    name: spell(key),
    label: `${shown(key)} in ${CONFIG_FILE_NAME}`,
    value,
  }));
  return optionsNamed(spec, entries, spell);
}

/** The object that the text is, or a line that says why it is none. */
function parseObject(text: string): object | string {
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content === "object" && content !== null && !Array.isArray(content)) return content;
    const rule = 'must be an object such as { "port": 5000 }';
    return `${CONFIG_FILE_NAME} ${rule}, not ${shown(content)}`;
  } catch (error) {
    return `${CONFIG_FILE_NAME} is not JSON: ${printable((error as SyntaxError).message)}`;
  }
}
