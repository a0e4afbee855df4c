/**
 * A machine made of rules: which command answers what, and what was run on it, in order.
 * @module
 */

import type { Outcome, RunCommand } from "../../lib/setup/run_command.ts";

/** Says what a command line answers; undefined: there is no such program. */
export type Rule = (commandLine: string) => Partial<Outcome> | undefined;

/** Runs nothing, asks its rule, and remembers each command line. */
export class FakeMachine {
  readonly commandLines: string[] = [];
  readonly #rule: Rule;

  constructor(rule: Rule) {
    this.#rule = rule;
  }

  readonly run: RunCommand = (program, args, { onLine } = {}) => {
    const commandLine = [program, ...args].join(" ");
    this.commandLines.push(commandLine);
    const answer = this.#rule(commandLine);
    const outcome = { code: answer ? 0 : 127, stdout: "", stderr: "", ...answer };
    if (onLine) outcome.stdout.split("\n").forEach(onLine);
    return Promise.resolve(outcome);
  };
}
