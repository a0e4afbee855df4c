/**
 * The command line of a host that runs as a service, from what was given for it.
 *
 * @module
 */

import { resolve } from "node:path";
import type { Given } from "../cli/given.ts";
import { environmentNameOf, flagOf, negative } from "../cli/names.ts";
import type { OptionDefinition } from "../cli/option.ts";
import { readText } from "../cli/values.ts";
import { UsageError } from "../flow/errors.ts";
import { withoutPassword } from "../text/passwords.ts";

/** A file that an option names. */
export interface NamedFile {
  /** The option's flag without its hyphens: `key-file`. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

/** What {@linkcode hostArguments} has found. */
export interface HostArguments {
  /** Each an option with its value, but for those that name files. */
  readonly args: readonly string[];
  /** The files that options name. */
  readonly files: readonly NamedFile[];
  /** The variables that are set and are nobody else's business, so that they stand nowhere here. */
  readonly secrets: readonly string[];
}

/** What is given, in each of the places where options stand. */
export interface GivenOptions {
  readonly file: readonly Given[];
  readonly environment: readonly Given[];
  readonly commandLine: readonly Given[];
}

/** Where the command line is to be. */
export interface HostArgumentsOptions {
  /** The host's options. */
  readonly options: ReadonlyMap<string, OptionDefinition>;
  /** From where the names of files count. */
  readonly folder: string;
  /** The file in which secrets may stand, for whoever has them elsewhere. */
  readonly secretsFile: string;
}

/**
 * Puts the environment's options beside those of the command line: a service has another
 * environment. What capturevideo.json says, the host reads by itself, but for the names of files.
 *
 * @throws {UsageError} the command line holds a secret: units and command lines are for everybody
 */
export function hostArguments(
  given: GivenOptions,
  { options, folder, secretsFile }: HostArgumentsOptions,
): HostArguments {
  const definitionOf = ({ name }: Given) => options.get(name)!;
  const isFile = (option: Given) => namesFile(definitionOf(option));
  const holdsSecret = (option: Given) => isSecret(definitionOf(option), option);
  const [secret] = given.commandLine.filter(holdsSecret);
  if (secret) {
    throw new UsageError(
      `${secret.label} holds a password, and everybody can read a unit; write it into ` +
        `${secretsFile}, as ${environmentNameOf(secret.name)}=`,
    );
  }
  const lasting = [
    ...given.file.filter(isFile),
    ...given.environment.filter((option) => !holdsSecret(option)),
    ...given.commandLine,
  ];
  const args: string[] = [];
  const files: NamedFile[] = [];
  for (const option of new Map(lasting.map((option) => [option.name, option])).values()) {
    const flag = flagOf(option.name);
    const values = valuesOf(definitionOf(option), option);
    if (isFile(option)) {
      const name = flag.slice("--".length);
      files.push({ name, path: resolve(folder, String(values[0])) });
    } else args.push(...values.map((value) => wordFor(flag, value)));
  }
  return { args, files, secrets: given.environment.filter(holdsSecret).map(({ label }) => label) };
}

function wordFor(flag: string, value: unknown): string {
  if (typeof value === "boolean") return value ? flag : negative(flag);
  return `${flag}=${value}`;
}

/** What an option is given, which is allowed. */
function valuesOf(definition: OptionDefinition, given: Given): readonly unknown[] {
  const reading = "text" in given ? readText(definition, given.text) : given;
  const value = "value" in reading ? reading.value : undefined;
  return Array.isArray(value) ? value : [value];
}

function namesFile(definition: OptionDefinition): boolean {
  return definition.kind === "text" && definition.value === "file";
}

function isSecret(definition: OptionDefinition, given: Given): boolean {
  return definition.environmentOnly === true ||
    valuesOf(definition, given).some((value) =>
      typeof value === "string" && withoutPassword(value) !== value
    );
}
