/**
 * Which host a guest is to show that was given no address.
 *
 * @module
 */

import { log } from "../cli/log.ts";
import { CaptureVideoError, UsageError } from "../flow/errors.ts";
import { pause, unlessStopped } from "../flow/timing.ts";
import { HostFinder } from "./host_finder.ts";
import type { FoundHost } from "./host_list.ts";
import { describeHost, hostTable, shownName } from "./host_text.ts";
import { isSameName } from "./names.ts";
import { ownHost, withOwnHost } from "./own_computer.ts";

/** How often is looked for a host on this computer, where none was found, in milliseconds. */
const LOOK_AGAIN_MS = 500;

/** So many hosts are named in one line. */
const MAX_NAMED = 8;

/** A name by which nothing was found is no choice; this says what would be. */
const WHAT_TO_DO = "start one there with --share, or give its address: guest 192.168.1.20";

/** Where a choice is typed, as far as it is needed; `Deno.stdin` is one. */
export interface Terminal {
  /** Whether it is one. */
  isTerminal(): boolean;
  /** Reads what was typed. */
  read(into: Uint8Array): Promise<number | null>;
}

/** How a host is chosen. */
export interface ChoiceOptions {
  /** Where a host on this computer listens. */
  readonly port: number;
  /** Whether to wait for one where there is none. */
  readonly wait: boolean;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Where the user chooses; default: standard input. */
  readonly terminal?: Terminal;
}

/** What was found, and whether that is all. */
export interface Findings {
  readonly hosts: readonly FoundHost[];
  /** Whether more hosts answered than are kept. */
  readonly isFull: boolean;
}

/** Everything that can be found now, on this computer and in its networks. */
export async function findHosts(
  { port, signal }: Pick<ChoiceOptions, "port" | "signal">,
): Promise<Findings> {
  await using finder = new HostFinder();
  const [found, own] = await Promise.all([finder.all({ signal }), ownHost(port)]);
  return { hosts: withOwnHost(found, own), isFull: finder.isFull };
}

/**
 * The one host there is, or the one that the user chooses.
 *
 * @returns `undefined` when it was ended before
 * @throws {UsageError} when there are several, and nobody to ask
 * @throws {CaptureVideoError} `connection`, when there is none and it is not to wait
 */
export async function chooseHost(options: ChoiceOptions): Promise<FoundHost | undefined> {
  const { wait, signal, terminal = Deno.stdin } = options;
  log.info("looking for hosts on this computer and in its networks");
  const { hosts, isFull } = await findHosts(options);
  if (signal.aborted) return undefined;
  const [first, second] = hosts;
  if (first && !second) return told(first);
  if (first) {
    if (!terminal.isTerminal()) throw new UsageError(sayWhich(hosts));
    return await ask(hosts, { isFull, terminal, signal });
  }
  if (!wait) {
    throw new CaptureVideoError("connection", `Cannot find a host: none answers; ${WHAT_TO_DO}`);
  }
  log.info(`no host answers yet; ${WHAT_TO_DO}`);
  return await theNext(options);
}

/** Of several hosts that claim one name, what to say instead of taking one of them. */
export function sayWhich(hosts: readonly FoundHost[]): string {
  const named = hosts.slice(0, MAX_NAMED).map(describeHost).join(", ");
  const others = hosts.length > MAX_NAMED ? `, and ${hosts.length - MAX_NAMED} more` : "";
  const [first] = hosts;
  const isOneName = hosts.every(({ name }) => isSameName(name, first!.name));
  const how = isOneName ? "its address" : "its name or address";
  return `Cannot choose a host: ${hosts.length} answer: ${named}${others}; give ${how}, as in ` +
    (isOneName ? "guest 192.168.1.20" : `guest "${shownName(hosts.at(-1)!)}"`);
}

function told(host: FoundHost): FoundHost {
  log.info(`found ${describeHost(host)}`);
  return host;
}

/** Waits for the first host to come. */
async function theNext({ port, signal }: ChoiceOptions): Promise<FoundHost | undefined> {
  await using finder = new HostFinder();
  while (!signal.aborted) {
    const [host] = withOwnHost(finder.hosts, await ownHost(port));
    if (host) return told(host);
    await pause(LOOK_AGAIN_MS, signal);
  }
  return undefined;
}

/** Lets the user choose by number. */
async function ask(
  hosts: readonly FoundHost[],
  { isFull, terminal, signal }: {
    isFull: boolean;
    terminal: Terminal;
    signal: AbortSignal;
  },
): Promise<FoundHost | undefined> {
  for (const line of hostTable(hosts)) log.info(line);
  if (isFull) log.info("there are more, which are not shown");
  for (;;) {
    log.info(`which one? type a number from 1 to ${hosts.length}, and Enter`);
    const line = await readLine(terminal, signal);
    if (signal.aborted) return undefined;
    if (line === undefined) throw new UsageError(sayWhich(hosts));
    const host = /^\d{1,4}$/.test(line) ? hosts[Number(line) - 1] : undefined;
    if (host) return host;
  }
}

/** What was typed up to Enter; `undefined` at the end of the input, or when it was stopped. */
async function readLine(terminal: Terminal, signal: AbortSignal): Promise<string | undefined> {
  const bytes = new Uint8Array(1024);
  const length = await unlessStopped(terminal.read(bytes), signal);
  if (length === null || length === undefined) return undefined;
  return new TextDecoder().decode(bytes.subarray(0, length)).trim();
}
