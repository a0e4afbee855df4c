/**
 * Which cameras there are, and what each of them is asked for.
 *
 * @module
 */

import { isSameCamera, MAX_CAMERAS, ONLY_CAMERA, splitSource } from "./camera_name.ts";
import type { Given, Source } from "./given.ts";
import { optionsOf } from "./names.ts";
import type { CameraOf, OptionDefinition, OptionTable, Program, ProgramOptions } from "./option.ts";
import { defaultsOf, readGiven, shown } from "./values.ts";

/** The options that a camera can have, by their names. */
type Options = ReadonlyMap<string, OptionDefinition>;

/** A camera as it is named. */
interface Named {
  readonly name: string | undefined;
  readonly source: string;
}

/**
 * Puts together what is given to each camera: over the defaults what a source gives to all, and over
 * that what it gives to this one; then the same of the next, stronger source. The strongest that says
 * which cameras there are decides that alone.
 *
 * @param spec the options that a camera can have
 * @param sources from the weakest to the strongest
 * @param problems gets a line for each thing that is wrong, but for what is given to all
 */
export function resolveCameras(
  spec: ProgramOptions,
  sources: readonly Source[],
  problems: string[],
): CameraOf<OptionTable, Program>[] {
  const options = optionsOf(spec);
  const lists = sources.map((source) => namedIn(options, source, problems));
  const named = lists.findLast((list) => list.length > 0) ?? namesOf(listOf(options, []));
  problems.push(...faultsOf(named));
  return named.map(({ name, source }) => {
    const values = defaultsOf(options);
    for (const { given, cameras = [] } of sources) {
      const own = cameras.find((camera) => name !== undefined && isSameCamera(camera.name, name));
      const forAll = given.filter(({ name }) => options.has(name));
      readGiven(options, [...forAll, ...own?.given ?? []], values);
    }
    return { ...Object.fromEntries(values), name: name ?? ONLY_CAMERA, source };
  });
}

/** The cameras that a source names: none, where it says nothing of that. */
function namedIn(options: Options, { given, cameras = [] }: Source, problems: string[]): Named[] {
  const listed = given.filter(({ name }) => name === "source");
  if (cameras.length === 0) return listed.length === 0 ? [] : namesOf(listOf(options, listed));
  for (const { label } of listed) {
    problems.push(`${label} and "cameras" beside it exclude each other`);
  }
  return cameras.map(({ name, given }) => {
    // What is wrong with a camera is said also where a stronger source leaves it out.
    const faults = readGiven(options, given, defaultsOf(options));
    const own = given.filter(({ name }) => name === "source");
    const [source = "", ...others] = own.length === 0 ? [] : listOf(options, own);
    if (faults.length === 0 && (source === "" || others.length > 0)) {
      problems.push(`the camera ${shown(name)} in capturevideo.json must have one "source"`);
    }
    problems.push(...faults);
    return { name, source };
  });
}

/** The sources that are given, as far as they are allowed; the default where none is. */
function listOf(options: Options, given: readonly Given[]): readonly string[] {
  const values = defaultsOf(options);
  readGiven(options, given, values);
  return values.get("source") as readonly string[];
}

function namesOf(sources: readonly string[]): Named[] {
  return sources.map(splitSource);
}

/** What is wrong with several cameras together. */
function faultsOf(named: readonly Named[]): string[] {
  if (named.length < 2) return [];
  if (named.length > MAX_CAMERAS) {
    return [`there can be at most ${MAX_CAMERAS} cameras, not ${named.length}`];
  }
  return named.flatMap(({ name, source }, index) => {
    if (name === undefined) {
      const example = `front=${source}`;
      return [
        `--source ${shown(source)} needs a name, as in ${shown(example)}: it is not the only one`,
      ];
    }
    const isTaken = named.slice(0, index).some((other) => isSameCamera(other.name ?? "", name));
    return isTaken ? [`two cameras cannot both be called ${shown(name)}`] : [];
  });
}
