/**
 * Whether a host is private, and whether its key is known here.
 *
 * @module
 */

import { withPort } from "../cli/address.ts";
import type { Target } from "../discovery/host_locator.ts";
import { CaptureVideoError, type ErrorCode } from "../flow/errors.ts";
import { deadline } from "../flow/timing.ts";
import { dial } from "../guest/dial.ts";
import { PRIVACY_LIMIT_MS } from "../privacy/guest_privacy.ts";
import { isLoopback } from "../privacy/loopback.ts";
import type { RememberedKeys } from "../privacy/remembered_keys.ts";
import { describeError } from "../text/error_text.ts";
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
  let subject = "TLS";
  try {
    const secure = await deadline(beginTls(await dial(target, signal)), limit);
    using _closing = { [Symbol.dispose]: () => secure.connection.close() };
    yield good(subject, `${place} is private, and known by ${secure.hostIdentity.slice(0, 16)}`);
    subject = "key";
    const key = given ?? remembered.host(secure.hostIdentity)?.key;
    if (key === undefined) {
      yield {
        subject,
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
      subject,
      given === undefined ? "the remembered key fits" : "the key that was given fits",
    );
    return { key };
  } catch (error) {
    signal.throwIfAborted();
    const { line: what, expected } = describeError(error, `connect to ${place}`);
    if (!expected) throw error;
    const code = error instanceof CaptureVideoError ? error.code : "connection";
    const mayBeOpen = isLoopback(target.hostname) && given === undefined;
    if (code === "privacy" && mayBeOpen) return { key: undefined };
    yield code === "privacy"
      ? openHost(place, name)
      : { subject, verdict: "stop", what, ...adviceOn(code, name) };
    return undefined;
  }
}

/** Why a host is not proved, and what to type. */
function adviceOn(code: ErrorCode, name: string): Pick<Finding, "why" | "type"> {
  switch (code) {
    case "wrong-key":
      return {
        why: "the host has a new key, or another computer answers in its place",
        type: [`deno task guest ${name}`],
      };
    case "refused":
    case "turned-away":
      return {
        why: "the host is there, and lets nobody in from here as long as that is so",
        type: [`deno task doctor ${name}`],
      };
    case "identity":
      return { why: "the keys of other times are kept there" };
    case "protocol":
      return {
        why: "a host of another version answers there, or none of ours",
        type: ["there: deno task host --version", "deno task guest --version"],
      };
    default:
      return {
        why: "the host stands still or has ended, or the network loses what it says",
        type: ["there: deno task doctor", `deno task doctor ${name}`],
      };
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
