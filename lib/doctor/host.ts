/**
 * What stands between this computer and a certain host's picture.
 *
 * @module
 */

import { withPort } from "../cli/address.ts";
import { canBeHostName } from "../cli/host_name.ts";
import { VERSION } from "../cli/version.ts";
import { sayWhich } from "../discovery/choice.ts";
import { HostFinder } from "../discovery/host_finder.ts";
import type { Target } from "../discovery/host_locator.ts";
import { addressesOf, shownName } from "../discovery/host_text.ts";
import { HeadlessViewer } from "../display/headless_viewer.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { unlessStopped } from "../flow/timing.ts";
import { dial } from "../guest/dial.ts";
import { GuestReport } from "../guest/guest_report.ts";
import type { LinkState, PictureFeed } from "../guest/picture.ts";
import { Receiver } from "../guest/receiver.ts";
import { recogniseHost } from "../legacy/recognise_host.ts";
import { monotonicMicros } from "../opencv/mod.ts";
import { RememberedKeys } from "../privacy/remembered_keys.ts";
import { encodeMessage } from "../protocol/messages.ts";
import { describeError } from "../text/error_text.ts";
import { type Finding, good } from "./finding.ts";
import { lookAtPrivacy } from "./privacy.ts";

/** How long is looked at the picture, in milliseconds. */
const WATCH_MS = 5000;

/** How long a host without a picture is waited for, in seconds. */
const PATIENCE_SECONDS = 10;

/** A version of the protocol that no host speaks, so that its answer is a refusal. */
const NO_VERSION = 255;

/** How long a host has to answer, in milliseconds. */
const ANSWER_LIMIT_MS = 2000;

/** How a host is looked at. */
export interface HostOptions {
  readonly key: string | undefined;
  readonly open: boolean;
  readonly signal: AbortSignal;
  readonly canDecode: boolean;
}

/** Whether one of our hosts listens there: it answers a guest whose version it does not speak. */
export async function isHost(target: Target, signal: AbortSignal): Promise<boolean> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]);
  try {
    using connection = await dial(target, limited);
    const program = `capturevideo doctor ${VERSION}`;
    await connection.write(encodeMessage({ type: "hello", versions: [NO_VERSION], program }));
    const answer = await unlessStopped(recogniseHost(connection, new Uint8Array(2)), limited);
    return answer?.kind === "capturevideo";
  } catch (error) {
    // Whoever else has the port may say, or do, anything at all.
    if (error instanceof Error && !signal.aborted) return false;
    throw error;
  }
}

/** Looks at everything up to the picture, one step after the other, up to the first that fails. */
export async function* lookAtHost(
  to: Target,
  { signal, canDecode, ...options }: HostOptions,
): AsyncGenerator<Finding, void> {
  const place = await lookUp(to, signal);
  yield place.finding;
  if (place.finding.verdict === "stop") return;
  const reach = await lookAtReach(place.targets, signal);
  yield reach.finding;
  if (!reach.target) return;
  const remembered = new RememberedKeys();
  const name = to.hostname;
  const proved = yield* lookAtPrivacy(reach.target, { ...options, remembered, name }, signal);
  if (!proved) return;
  // With the key that fits, nobody is asked for one, and none is remembered.
  if (canDecode) yield await lookAtPicture(reach.target, { ...options, ...proved }, signal);
}

/** Finds out where a host is that was named. */
async function lookUp(
  to: Target,
  signal: AbortSignal,
): Promise<{ finding: Finding; targets: Target[] }> {
  const subject = "host";
  if (!canBeHostName(to.hostname)) {
    return {
      finding: good(subject, `${withPort(to.hostname, to.port)} is an address`),
      targets: [to],
    };
  }
  await using finder = new HostFinder();
  const hosts = await finder.named(to.hostname, { signal });
  const [host, other] = hosts;
  if (!host) {
    const what = `no host in the network says that it is called ${to.hostname}`;
    const why = "it is left to name servers; the host may not be shared, or be in another network";
    const type = ["deno task guest --find", "deno task doctor"];
    return { finding: { subject, verdict: "note", what, why, type }, targets: [to] };
  }
  if (other) {
    const why = "one of them may be somebody who wants to be taken for the other";
    const finding: Finding = { subject, verdict: "stop", what: sayWhich(hosts), why };
    return { finding, targets: [] };
  }
  const { addresses, port } = host;
  return {
    finding: good(subject, `${shownName(host)} is found, at ${addressesOf(host).join(", ")}`),
    targets: addresses.map((hostname) => ({ hostname, port })),
  };
}

/** Connects to the first of the targets that answers. */
async function lookAtReach(
  targets: readonly Target[],
  signal: AbortSignal,
): Promise<{ finding: Finding; target?: Target }> {
  const failures: string[] = [];
  for (const target of targets) {
    const place = withPort(target.hostname, target.port);
    const sinceMs = performance.now();
    try {
      using _connection = await dial(target, signal);
      const tookMs = (performance.now() - sinceMs).toFixed(1);
      return { finding: good("reach", `${place} answers within ${tookMs} ms`), target };
    } catch (error) {
      signal.throwIfAborted();
      const { line, expected } = describeError(error, `connect to ${place}`);
      if (!expected) throw error;
      failures.push(line);
    }
  }
  return {
    finding: {
      subject: "reach",
      verdict: "stop",
      what: failures.join("; "),
      why: "the host is not running there, listens for itself alone, or a firewall is between",
      type: ["deno task doctor", "deno task host --share"].map((task) => `there: ${task}`),
    },
  };
}

/** Watches for some seconds, as a guest without a window does. */
async function lookAtPicture(
  { hostname, port }: Target,
  options: Pick<HostOptions, "key" | "open">,
  signal: AbortSignal,
): Promise<Finding> {
  let link: LinkState | undefined;
  const over = new AbortController();
  const receiver = new Receiver({
    ...options,
    hostname,
    port,
    timeoutSeconds: PATIENCE_SECONDS,
    maxFps: undefined,
    reconnect: false,
    frames: undefined,
    output: undefined,
  }, (event) => {
    if (event.kind !== "link") return;
    link = event.link;
    if (link.state === "live") setTimeout(() => over.abort(), WATCH_MS);
  });
  const viewer = new HeadlessViewer({ now: monotonicMicros, maxAgeMs: 0 });
  const report = new GuestReport(receiver, viewer);
  const running = receiver.run(AbortSignal.any([signal, over.signal]));
  try {
    await Promise.all([running, offerAll(receiver, viewer)]);
  } catch (error) {
    if (!(error instanceof CaptureVideoError)) throw error;
    return noPicture(error.message);
  }
  const { received, ageMsP50, ageMsP99, megabitsPerSec, damaged } = report.take();
  if (received === 0) return noPicture(link?.why ?? "none came");
  const rate = (received / (WATCH_MS / 1000)).toFixed(1);
  const age = ageMsP50 === null || ageMsP99 === null
    ? "of unknown age"
    : `${ageMsP50.toFixed(0)} ms old (99 % under ${ageMsP99.toFixed(0)})`;
  const lost = damaged > 0 ? `, ${damaged} damaged` : "";
  return good("picture", `${rate} frames/s, ${age}, ${megabitsPerSec.toFixed(1)} Mbit/s${lost}`);
}

async function offerAll(feed: PictureFeed, viewer: HeadlessViewer): Promise<void> {
  for (let next = await feed.next(); next; next = await feed.next()) viewer.offer(next);
}

function noPicture(why: string): Finding {
  return {
    subject: "picture",
    verdict: "stop",
    what: `no picture comes: ${why}`,
    why: "the host is there, and its camera is not, or it is no host of ours",
    type: ["there: deno task doctor"],
  };
}
