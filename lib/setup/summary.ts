/**
 * What the guest's reports say, in words.
 * @module
 */

import type { GuestStats } from "../cli/stats.ts";

/** What is needed of a guest's report. */
export type GuestReport = Pick<
  GuestStats,
  "timeSec" | "received" | "damaged" | "ageMsP50" | "ageMsP99" | "ageMsMax"
>;

/**
 * Rate, damage and age in a sentence or two, or undefined if no picture came.
 *
 * @param last the last report
 * @param second the report on the last whole second, of which the ages are
 */
export function summarise(last: GuestReport, second = last): string | undefined {
  const { received, timeSec, damaged } = last;
  if (received === 0) return undefined;
  const sentence = `${received} pictures came from the host in ${timeSec.toFixed(0)} s, ` +
    `${(received / timeSec).toFixed(1)} a second, ` +
    (damaged === 0 ? "none damaged." : `${damaged} of them damaged.`);
  const { ageMsP50, ageMsP99, ageMsMax } = second;
  if (ageMsP50 === null || ageMsP99 === null || ageMsMax === null) return sentence;
  return `${sentence} From capture to hand-over a picture was ${ageMsP50.toFixed(1)} ms old; in ` +
    `the last second 99 of 100 were younger than ${ageMsP99.toFixed(1)} ms, and the oldest was ` +
    `${ageMsMax.toFixed(1)} ms old.`;
}
