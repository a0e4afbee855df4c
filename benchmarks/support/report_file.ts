/**
 * Keeps a benchmark's results as JSON.
 *
 * @module
 */

const FOLDER = new URL("../results/", import.meta.url);

/** Writes the results under the benchmark's name and the time. @returns the file's path */
export async function writeResults(benchmark: string, results: object): Promise<string> {
  await Deno.mkdir(FOLDER, { recursive: true });
  const time = new Date().toISOString().slice(0, 19).replaceAll(":", "");
  const path = new URL(`${benchmark}-${time}.json`, FOLDER).pathname;
  await Deno.writeTextFile(path, JSON.stringify(results, null, 2) + "\n");
  return path;
}
