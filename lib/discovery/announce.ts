/**
 * Lets a host be found by its name, and says under which.
 *
 * @module
 */

import { log } from "../cli/log.ts";
import { describeError } from "../text/error_text.ts";
import { isLoopback } from "../privacy/loopback.ts";
import { shortFingerprint } from "./advertisement.ts";
import type { Announcer } from "./announcer.ts";
import { isSameName } from "./names.ts";

/** What is announced. */
export interface AnnounceOptions {
  /** What the host would like to be called; `undefined` where it is not to be announced. */
  readonly name: string | undefined;
  /** The address that it listens on. */
  readonly host: string;
  readonly port: number;
  /** The protocol's version. */
  readonly version: number;
  /** What a guest of a private host knows it by. */
  readonly privacy?: { readonly fingerprint: string };
}

/**
 * Announces a host that others can reach; `undefined` of one that listens for this computer alone.
 * To be disposed of, so that others hear that it is gone.
 */
export async function announce(
  { name, host, port, version, privacy }: AnnounceOptions,
): Promise<Announcer | undefined> {
  if (name === undefined || isLoopback(host)) return undefined;
  // A host for this computer alone needs nothing of it.
  const { Announcer } = await import("./announcer.ts");
  const faults = new Set<string>();
  return new Announcer({
    name,
    port,
    advertisement: {
      version,
      isPrivate: privacy !== undefined,
      fingerprint: privacy && shortFingerprint(privacy.fingerprint),
    },
    listensOn: (own) => listensOn(host, own),
    onName: (given) => {
      if (!isSameName(given, name)) {
        log.warn(`another host in the network is called ${name}; this one is now ${given}`);
      }
      log.info(`found by name: guest ${given.includes(" ") ? `"${given}"` : given}`);
    },
    onFault: (error, where) => {
      const { line } = describeError(error, `be found by name over ${where}`);
      if (faults.has(line)) return;
      faults.add(line);
      log.warn(line);
    },
  });
}

/** Whether a host that is bound to one address is reached by another. */
function listensOn(bound: string, own: string): boolean {
  if (bound === "::") return true;
  if (bound === "0.0.0.0") return !own.includes(":");
  return bound.split("%")[0]!.toLowerCase() === own.toLowerCase();
}
