/**
 * The numbers behind a fuzz task.
 *
 * @module
 */

/**
 * The whole numbers on the command line, from 1 on; those that are left out from `defaults`. Ends
 * the process where something else stands there.
 */
export function numbersOrExit(usage: string, defaults: readonly number[]): number[] {
  const given = Deno.args.map(Number);
  const isGood = given.every((number) => Number.isSafeInteger(number) && number >= 1);
  if (isGood && given.length <= defaults.length) {
    return defaults.map((number, index) => given[index] ?? number);
  }
  console.error(`${usage}: whole numbers from 1 on are expected, not ${Deno.args.join(" ")}`);
  Deno.exit(2);
}
