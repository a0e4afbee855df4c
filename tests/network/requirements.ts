/**
 * What the tests of this folder need: leave to make networks, and the programs that make them.
 *
 * @module
 */

import { testUnless } from "../support/test_unless.ts";

/** Why networks cannot be made here; `undefined` when they can. */
export function whyNoNetworks(): string | undefined {
  if (Deno.build.os !== "linux") return "network namespaces are Linux's";
  if (Deno.uid() !== 0) return "only root may make network namespaces";
  const name = `capturevideo-probe-${crypto.randomUUID().slice(0, 8)}`;
  for (
    const command of [
      ["ip", "netns", "add", name],
      ["ip", "-n", name, "link", "set", "lo", "up"],
      ["tc", "-n", name, ..."qdisc add dev lo root tbf rate 1mbit burst 4k limit 4k".split(" ")],
      ["ip", "netns", "del", name],
    ]
  ) {
    const failure = run(command);
    if (failure !== undefined) return `"${command.join(" ")}" says: ${failure}`;
  }
  return undefined;
}

/** Runs a command; its complaint if it fails. */
function run([program = "", ...args]: string[]): string | undefined {
  try {
    const { success, stderr } = new Deno.Command(program, { args }).outputSync();
    return success ? undefined : new TextDecoder().decode(stderr).trim();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return `there is no program ${program}`;
    throw error;
  }
}

/**
 * Declares a test that needs networks of its own; where they cannot be made it is reported as
 * skipped, with the reason in its name.
 *
 * @param also another reason, of something that it needs besides
 */
export function networkTest(
  name: string,
  fn: (t: Deno.TestContext) => Promise<void>,
  also?: string,
): void {
  testUnless(REASON ?? also, name, fn);
}

const REASON = whyNoNetworks();
