/**
 * capturevideo.json: one object, an option's name for each key.
 *
 * @module
 */

import { UsageError } from "../flow/errors.ts";
import { describeError } from "../text/error_text.ts";
import { printable } from "../text/printable.ts";
import { CAMERA_NAME_FORM } from "./camera_name.ts";
import { type CameraGiven, type Given, optionsNamed, type Source } from "./given.ts";
import { optionsOf } from "./names.ts";
import type { ProgramOptions } from "./option.ts";
import { shown } from "./values.ts";

/** The file's name, in the directory in which a program is started. */
export const CONFIG_FILE_NAME = "capturevideo.json";

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
    if (!isFile) throw cannot(`it is ${isDirectory ? "a directory" : "not a file"}`);
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
  const { given, problems } = optionsIn(spec, content, CONFIG_FILE_NAME);
  const cameras = given.find(({ name }) => optionsOf(spec).get(name)?.kind === "cameras");
  if (!cameras) return { given, problems };
  const read = camerasIn(spec, cameras);
  return {
    given: given.filter((option) => option !== cameras),
    problems: [...problems, ...read.problems],
    cameras: read.cameras,
  };
}

/** The options that an object gives, `where` it stands. */
function optionsIn(spec: ProgramOptions, content: object, where: string): Source {
  const entries = Object.entries(content).map(([key, value]) => ({
    name: spell(key),
    label: `${shown(key)} in ${where}`,
    value,
  }));
  return optionsNamed(spec, entries, spell);
}

function spell(name: string): string {
  return JSON.stringify(name);
}

/** The cameras of the file, each with the options that it gives to it. */
function camerasIn(
  spec: ProgramOptions,
  { name, label, ...content }: Given,
): { cameras: CameraGiven[]; problems: string[] } {
  const definition = optionsOf(spec).get(name);
  const options = definition?.kind === "cameras" ? definition.each : {};
  const value = "value" in content ? content.value : content.text;
  const cameras: CameraGiven[] = [];
  const problems: string[] = [];
  if (!isObject(value) || Object.keys(value).length === 0) {
    const rule = 'must be an object with cameras by their names, as { "desk": { "source": "1" } }';
    return { cameras, problems: [`${label} ${rule}, not ${shown(value)}`] };
  }
  for (const [name, entry] of Object.entries(value)) {
    const own = `the camera ${shown(name)} in ${CONFIG_FILE_NAME}`;
    if (!CAMERA_NAME_FORM.pattern.test(name)) {
      problems.push(`${own} must have ${CAMERA_NAME_FORM.says}`);
    } else if (!isObject(entry)) {
      problems.push(`${own} must be an object such as { "source": "1" }, not ${shown(entry)}`);
    } else {
      const { given, problems: others } = optionsIn({ ...spec, options }, entry, own);
      problems.push(...others);
      cameras.push({ name, given });
    }
  }
  return { cameras, problems };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object that the text is, or a line that says why it is none. */
function parseObject(text: string): object | string {
  try {
    const content: unknown = JSON.parse(text);
    if (isObject(content)) return content;
    const rule = 'must be an object such as { "port": 5000 }';
    return `${CONFIG_FILE_NAME} ${rule}, not ${shown(content)}`;
  } catch (error) {
    return `${CONFIG_FILE_NAME} is not JSON: ${printable((error as SyntaxError).message)}`;
  }
}
