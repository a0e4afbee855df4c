/**
 * Everything the doctor looks at, one after the other.
 *
 * @example
 * ```ts ignore
 * import { examine } from "./examine.ts";
 *
 * for await (const finding of examine({ host: undefined, port: 65432 }, signal)) {
 *   console.log(finding.verdict, finding.what);
 * }
 * ```
 * @module
 */

import { runCommand } from "../setup/run_command.ts";
import { lookAtCameras, lookAtDisplay } from "./devices.ts";
import type { Finding } from "./finding.ts";
import { lookAtFirewall } from "./firewall.ts";
import { isHost, lookAtHost } from "./host.ts";
import { lookAround, lookAtAddresses, lookAtPort } from "./network.ts";
import { lookAtBridge, lookAtCapture, lookAtDeno } from "./programs.ts";

/** What is to be looked at. */
export interface ExamineOptions {
  /** The host whose picture is to be shown here; none: this computer is to send one. */
  readonly host: string | undefined;
  /** Where hosts listen. */
  readonly port: number;
  /** The host's key, where it is given. */
  readonly key: string | undefined;
  /** Whether it may be an open host. */
  readonly open: boolean;
}

/** Looks at this computer, and at the way to a host where one was named. */
export async function* examine(
  { host, port, key, open }: ExamineOptions,
  signal: AbortSignal,
): AsyncGenerator<Finding, void> {
  // A single binary has the Deno inside that it was made with.
  if (!Deno.build.standalone) yield lookAtDeno();
  const bridge = await lookAtBridge();
  yield bridge;
  // A host's own settings may say where it listens; that is no host to look at.
  const isElsewhere = host !== undefined && host !== "0.0.0.0" && host !== "::";
  yield lookAtDisplay({ isNeeded: isElsewhere });
  yield lookAtAddresses();
  if (!isElsewhere) {
    if (bridge.verdict === "good") yield* lookAtCapture();
    yield* lookAtCameras();
    yield await lookAtPort(port, (port) => isHost({ hostname: "127.0.0.1", port }, signal));
    yield await lookAtFirewall({ port, run: runCommand });
    yield* await lookAround(signal);
  } else {
    yield* lookAtHost({ hostname: host, port }, {
      signal,
      canDecode: bridge.verdict === "good",
      key,
      open,
    });
  }
}
