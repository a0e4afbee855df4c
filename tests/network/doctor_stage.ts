/**
 * The doctor at work on a computer.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { Finding } from "../../lib/doctor/finding.ts";
import { Program } from "../support/programs.ts";
import type { Computer } from "./lan.ts";

/** What `doctor --json` prints. */
interface Report {
  readonly healthy: boolean;
  readonly findings: readonly Finding[];
}

/** How an examination ended. */
export interface Examination extends Report {
  /** The exit code. */
  readonly code: number;
  /** The lines of standard error. */
  readonly words: readonly string[];
  /** The finding about a subject. */
  about(subject: string): Finding;
}

/** What `doctor --json` prints on a computer; on this one, where none is given. */
export async function examine(
  computer: Computer | undefined,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Examination> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const onOutput = (chunk: Uint8Array) => chunks.push(chunk.slice());
  const ending = await Program.run("doctor", [...args, "--json"], {
    onOutput,
    env,
    ...computer && { namespace: computer.namespace },
  });
  const text = await new Blob(chunks).text();
  const report: Report = JSON.parse(text);
  return {
    ...ending,
    ...report,
    about: (subject) => {
      const finding = report.findings.find((finding) => finding.subject === subject);
      assert.ok(finding, `nothing about ${subject}: ${text}`);
      return finding;
    },
  };
}
