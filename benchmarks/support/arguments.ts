/**
 * Checks of what stands on a benchmark's command line.
 *
 * @module
 */

/** A comma-separated list of known names. @throws {TypeError} at an unknown one */
export function namesIn(text: string, known: readonly string[]): string[] {
  return text.split(",").map((name) => {
    if (known.includes(name)) return name;
    throw new TypeError(`Cannot measure ${name}: known are ${known.join(", ")}`);
  });
}

/** A whole number that is not below the least. @throws {TypeError} at anything else */
export function countIn(text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new TypeError(`Cannot use ${text}: a whole number from ${least} on is needed`);
}

/** Reads the command line, or prints the usage or what is wrong with it, and ends. */
export function optionsOrExit<T>(usage: string, read: () => T | undefined): T {
  try {
    const options = read();
    if (options) return options;
    console.log(usage);
    Deno.exit(0);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(error.message);
    Deno.exit(2);
  }
}
