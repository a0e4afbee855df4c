/**
 * The command line, taken apart by commander. What the values mean, and whether they are allowed,
 * is not decided here.
 *
 * @module
 */

import { ADDRESS_RULE, CAMERA_ADDRESS_RULE, isUrl, parseAddress } from "./address.ts";
import { commandFor, helpOf } from "./command.ts";
import type { Given, Source } from "./given.ts";
import { isNatsUrl } from "./nats_address.ts";
import { environmentNameOf, flagOf, flagsOf, negative, optionsOf } from "./names.ts";
import type { ProgramOptions } from "./option.ts";
import { didYouMean, suggest } from "./suggest.ts";
import { listed, shown } from "./values.ts";
import { VERSION } from "./version.ts";

/** What a command line gives to a program. */
export interface CommandLine extends Source {
  /** What is to be printed instead, where that was asked for: help or version. */
  readonly text: string | undefined;
}

/** What documents make of the hyphens of an option that is copied from them. */
const PRINTED_DASH = /^[\u2010-\u2015\u2212]/;

/** What Deno puts in place of bytes that it could not read. */
const REPLACEMENT = "\ufffd";

/**
 * Takes a command line apart. The last of several values wins; a list takes them all.
 *
 * @param args the arguments after the program's name. A leading `--`, which `deno task` hands on,
 * is skipped.
 */
export function parseCommandLine(spec: ProgramOptions, args: readonly string[]): CommandLine {
  const { program } = spec;
  const command = commandFor(spec);
  const { operands, unknown } = command.parseOptions(
    args[0] === "--" ? args.slice(1) : [...args],
  );
  const values = command.opts<Record<string, unknown>>();
  const problems = args.filter((argument) => argument.includes(REPLACEMENT)).map((argument) =>
    `the argument ${shown(argument)} is not UTF-8; set the terminal, and name files, in UTF-8`
  );
  const options = unknown.slice(0, unknown.includes("--") ? unknown.indexOf("--") : undefined)
    .filter((argument) => argument.startsWith("-"));
  problems.push(...options.map((argument) => describeUnknown(spec, argument)));

  const given: Given[] = [];
  for (const [name, definition] of optionsOf(spec)) {
    const { kind } = definition;
    const bare = "bare" in definition ? definition.bare : undefined;
    const value = values[name] === true && bare !== undefined ? bare : values[name];
    const label = flagOf(name);
    if (typeof value === "string") given.push({ name, label, text: value });
    else if (value === true && kind !== "boolean") problems.push(`${label} needs a value`);
    else if (value !== undefined) given.push({ name, label, value });
  }
  const addresses = operands.filter((argument) => !PRINTED_DASH.test(argument));
  for (const argument of operands.filter((argument) => PRINTED_DASH.test(argument))) {
    problems.push(`unexpected argument ${shown(argument)}: an option begins with two hyphens, --`);
  }
  const [argument] = command.registeredArguments;
  const maxAddresses = argument?.variadic ? Infinity : argument ? 1 : 0;
  const takes = maxAddresses === 0 ? "options only" : "one address";
  for (const argument of addresses.splice(maxAddresses)) {
    problems.push(`unexpected argument ${shown(argument)}: ${program} takes ${takes}`);
  }
  const known = optionsOf(spec);
  const isAmongOthers = addresses.length > 1 ||
    given.some(({ name }) => name === "all" || name === "tiles");
  if (isAmongOthers && addresses.length > 0) {
    addOnce({ name: "tiles", label: "the addresses", value: addresses }, given, problems);
  } else for (const address of addresses) readAddress(address, known, given, problems);
  if (known.has("tiles")) problems.push(...contradictions(given));
  const text = values["help"]
    ? helpOf(spec)
    : values["version"]
    ? `${program} (capturevideo) ${VERSION}`
    : undefined;
  return { given, problems, text };
}

/** A line for each thing that says of one camera which it is, beside another that does as well. */
function contradictions(given: readonly Given[]): string[] {
  const labels = new Map(given.map(({ name, label }) => [name, label]));
  const [host, nats] = [labels.get("host"), labels.get("nats")];
  if (labels.has("tiles") || labels.has("all")) {
    return [host, labels.get("camera"), nats].filter((label) => label !== undefined)
      .map((label) => `several cameras and ${label} exclude each other`);
  }
  return host && nats ? [`${host} and ${nats} exclude each other`] : [];
}

/** The `[address]`: `--host`, and perhaps `--port` and `--camera`, in one; or `--nats`. */
function readAddress(
  text: string,
  known: ReadonlyMap<string, unknown>,
  given: Given[],
  problems: string[],
): void {
  if (known.has("nats") && isNatsUrl(text)) {
    return addOnce({ name: "nats", label: "the address", text }, given, problems);
  }
  const takesCamera = known.has("camera");
  const address = takesCamera && isUrl(text)
    ? { host: text, port: undefined, camera: undefined }
    : parseAddress(text);
  if (address === undefined || address.camera !== undefined && !takesCamera) {
    const rule = takesCamera ? CAMERA_ADDRESS_RULE : ADDRESS_RULE;
    problems.push(`the address must be ${rule}, not ${shown(text)}`);
    return;
  }
  const { host, port, camera } = address;
  const parts = [{ name: "host", label: `the address ${shown(text)}`, text: host }];
  if (port !== undefined) {
    parts.push({ name: "port", label: `the port in ${shown(text)}`, text: port });
  }
  if (camera !== undefined) {
    parts.push({ name: "camera", label: `the camera in ${shown(text)}`, text: camera });
  }
  for (const part of parts) addOnce(part, given, problems);
}

/** What is part of an address, unless an option of its own says it. */
function addOnce(part: Given, given: Given[], problems: string[]): void {
  const { name, label } = part;
  if (!given.some((option) => option.name === name)) given.push(part);
  else problems.push(`${label} and ${flagOf(name)} exclude each other`);
}

function describeUnknown(spec: ProgramOptions, argument: string): string {
  const flag = argument.split("=", 1)[0]!;
  const known = ["--help", "--version"];
  const own = optionsOf(spec);
  for (const [name, option] of Object.entries(spec.options)) {
    const flags = flagsOf(name, option);
    if (option.environmentOnly && flags.includes(flag)) {
      return `${flag} would show it to everybody on this computer; set ${environmentNameOf(name)}`;
    }
    if (option.fileOnly && flags.includes(flag)) {
      return `${flag} can only be given in capturevideo.json, as ${shown(name)}`;
    }
    if (option.environmentOnly || option.fileOnly) continue;
    if (own.has(name)) known.push(...flags);
    else if (flags.includes(flag)) {
      return `${flag} is an option of ${listed(option.programs, "and")}, not of ${spec.program}`;
    }
  }
  if (known.includes(flag)) {
    const off = negative(flag);
    return `${flag} takes no value` + (known.includes(off) ? `; ${off} turns it off` : "");
  }
  // "--no-port" is nearer to "--port" than to another "--no-…" with fewer slips.
  const positive = known.find((other) => negative(other) === flag);
  return `unknown option ${/^[\w-]+$/.test(flag) ? flag : shown(flag)}` +
    (didYouMean(positive ?? suggest(flag, known)) || "; --help lists the options");
}
