/**
 * What the doctor finds, and how it says so.
 *
 * @module
 */

import { asTyped } from "../cli/typed.ts";
import { printable } from "../text/printable.ts";

/** How much a finding matters: not at all, to some, or there will be no picture. */
export const VERDICTS = ["good", "note", "stop"] as const;

/** One of {@linkcode VERDICTS}. */
export type Verdict = typeof VERDICTS[number];

/** One thing that was looked at. */
export interface Finding {
  /** What it is about, in a word or two: `port`. */
  readonly subject: string;
  readonly verdict: Verdict;
  readonly what: string;
  /** Why it matters, where it does. */
  readonly why?: string;
  /** What to type, a command each. */
  readonly type?: readonly string[];
}

/** The finding of something that is as it should be. */
export function good(subject: string, what: string): Finding {
  return { subject, verdict: "good", what };
}

/** Whether a picture can come, as far as was looked. */
export function isHealthy(findings: readonly Finding[]): boolean {
  return findings.every(({ verdict }) => verdict !== "stop");
}

/** A finding for people: a line, and below it why it matters and what to type. */
export function describeFinding({ subject, verdict, what, why, type = [] }: Finding): string {
  return [
    `${verdict}  ${subject.padEnd(10)}${printable(what)}`,
    ...why === undefined ? [] : [`                why:  ${printable(why)}`],
    ...type.map((command) => `                type: ${printable(asTyped(command))}`),
  ].join("\n");
}

/** All of them for programs. */
export function findingsAsJson(findings: readonly Finding[]): string {
  const fit = findings.map(({ subject, verdict, what, why, type = [] }) => ({
    subject,
    verdict,
    what: printable(what),
    why: why === undefined ? null : printable(why),
    type: type.map((command) => printable(asTyped(command))),
  }));
  return JSON.stringify({ healthy: isHealthy(findings), findings: fit }, null, 2);
}
