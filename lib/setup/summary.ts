/**
 * What the guest's reports of some seconds say, in words.
 * @module
 */

import type { GuestStats } from "../cli/stats.ts";

/** What is needed of a guest's report. */
export type GuestReport = Pick<
  GuestStats,
  "timeSec" | "received" | "receivedFps" | "damaged" | "ageMsP50" | "ageMsP99" | "ageMsMax"
>;

/** A guest's report if that is what the line holds: its `--stats json`. */
export function parseGuestStats(line: string): GuestReport | undefined {
  if (!line.startsWith('{"program":"guest",')) return undefined;
  return JSON.parse(line);
}

/**
 * Rate, age and damage in a sentence or two, or undefined if no picture came.
 *
 * The first report is left out where there are others: it has the connecting in it.
 */
export function summarise(reports: readonly GuestReport[]): string | undefined {
  const last = reports.at(-1);
  if (last === undefined || last.received === 0) return undefined;
  const settled = reports.length > 1 ? reports.slice(1) : reports;
  const rate = median(settled.map(({ receivedFps }) => receivedFps));
  const damage = last.damaged === 0 ? "none damaged" : `${last.damaged} of them damaged`;
  const sentence =
    `${last.received} pictures came from the host in ${last.timeSec.toFixed(0)} s, ` +
    `${rate.toFixed(1)} a second, ${damage}.`;
  const ages = settled.flatMap(({ ageMsP50, ageMsP99, ageMsMax }) =>
    ageMsP50 === null || ageMsP99 === null || ageMsMax === null
      ? []
      : [{ p50: ageMsP50, p99: ageMsP99, max: ageMsMax }]
  );
  if (ages.length === 0) return sentence;
  const p50 = median(ages.map((age) => age.p50)).toFixed(1);
  const p99 = median(ages.map((age) => age.p99)).toFixed(1);
  const max = Math.max(...ages.map((age) => age.max)).toFixed(1);
  return `${sentence} From capture to hand-over a picture was ${p50} ms old; in a typical second ` +
    `99 of 100 were younger than ${p99} ms; the oldest of all was ${max} ms old.`;
}

/** The middle one of at least one value. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
