/**
 * Whether a host is private, and whether its key is known here.
 *
 * @module
 */

import { withPort } from "../cli/address.ts";
import type { Target } from "../discovery/host_locator.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { deadline } from "../flow/timing.ts";
import { dial } from "../guest/dial.ts";
import { PRIVACY_LIMIT_MS } from "../privacy/guest_privacy.ts";
import { isLoopback } from "../privacy/loopback.ts";
import type { RememberedKeys } from "../privacy/remembered_keys.ts";
import { type Finding, good } from "./finding.ts";

/** What is there to prove with. */
export interface PrivacyOptions {
  readonly key: string | undefined;
  /** Whether the host may be an open one. */
  readonly open: boolean;
  /** The keys of other times. */
  readonly remembered: RememberedKeys;
  /** What the host was called. */
  readonly name: string;
}

/**
 * Begins TLS with a host, and proves the key; whatever stops either is the last finding.
 *
 * - On this computer, a host may be an open one.
 *
 * @returns the key that a guest needs, which is none with an open host; nothing where it is stopped
 */
export async function* lookAtPrivacy(
  target: Target,
  { key: given, open, remembered, name }: PrivacyOptions,
  signal: AbortSignal,
): AsyncGenerator<Finding, { key: string | undefined } | undefined> {
  if (open) return { key: given };
  const place = withPort(target.hostname, target.port);
  const { beginTls } = await import("../privacy/guest_tls.ts");
  const { proveAsGuest } = await import("../privacy/proof_exchange.ts");
  const limit = {
    ms: PRIVACY_LIMIT_MS,
    error: () => new CaptureVideoError("connection", `Cannot go on: ${place} says nothing more`),
  };
  try {
    const secure = await deadline(beginTls(await dial(target, signal)), limit);
    using _closing = { [Symbol.dispose]: () => secure.connection.close() };
    yield good("TLS", `${place} is private, and known by ${secure.hostIdentity.slice(0, 16)}`);
    const key = given ?? remembered.host(secure.hostIdentity)?.key;
    if (key === undefined) {
      yield {
        subject: "key",
        verdict: "stop",
        what: `the key of ${place} is not known here`,
        why: "it shows its picture to nobody without the key, which it prints when it is started",
        type: [`deno task guest ${name}`],
      };
      return undefined;
    }
    const { certificateHash } = secure;
    await deadline(proveAsGuest(secure.connection, { key, certificateHash }), limit);
    yield good(
      "key",
      given === undefined ? "the remembered key fits" : "the key that was given fits",
    );
    return { key };
  } catch (error) {
    if (!(error instanceof CaptureVideoError)) throw error;
    const mayBeOpen = isLoopback(target.hostname) && given === undefined;
    if (error.code === "privacy" && mayBeOpen) return { key: undefined };
    yield error.code === "privacy" ? openHost(place, name) : {
      subject: "key",
      verdict: "stop",
      what: error.message,
      why: "the host has a new key, or another computer answers in its place",
      type: [`deno task guest ${name}`],
    };
    return undefined;
  }
}

function openHost(place: string, name: string): Finding {
  return {
    subject: "TLS",
    verdict: "stop",
    what: `${place} does not speak TLS`,
    why: "it is an open host, whose picture everybody in its network may see, or none of ours",
    type: [`deno task guest --open ${name}`, `deno task doctor --open ${name}`],
  };
}
