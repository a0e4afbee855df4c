/**
 * Whether what a program says is written down by systemd's journal.
 *
 * @module
 */

import { fstatSync } from "node:fs";
import { environmentVariable } from "./environment.ts";

const STDERR = 2;

/**
 * Whether standard error is the journal's. The variable that says so is inherited by whatever a
 * desktop starts, so it names the stream that is meant: its device and inode.
 *
 * @throws {UsageError} the variable is set to bytes that are no text
 */
export function stderrIsJournal(): boolean {
  const stream = environmentVariable("JOURNAL_STREAM");
  if (!stream) return false;
  const { dev, ino } = fstatSync(STDERR, { bigint: true });
  return stream === `${dev}:${ino}`;
}
