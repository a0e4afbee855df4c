/**
 * Which host a guest is to show that was given no address.
 *
 * @module
 */

import { isUrl } from "../cli/address.ts";
import { log } from "../cli/log.ts";
import { print } from "../cli/print.ts";
import { CaptureVideoError, UsageError } from "../flow/errors.ts";
import { pause, unlessStopped } from "../flow/timing.ts";
import { shellWord } from "../text/printable.ts";
import type { FoundHost } from "./host_list.ts";
import { describeHost, hostTable, shownName, toJson } from "./host_text.ts";
import { isOwnComputer } from "./interfaces.ts";
import { isSameName } from "./names.ts";
import { openFinder } from "./open_finder.ts";
import { ownHost, withOwnHost } from "./own_computer.ts";

/** How often is looked for a host on this computer, where none was found, in milliseconds. */
const LOOK_AGAIN_MS = 500;

/** So many hosts are named in one line. */
const MAX_NAMED = 8;

/** What helps where no host is found. */
const WHAT_TO_DO = "start one there with --share, or give its address: guest 192.168.1.20";

/** Where a choice is typed, as far as it is needed; `Deno.stdin` is one. */
export interface Terminal {
  isTerminal(): boolean;
  read(into: Uint8Array): Promise<number | null>;
  close(): void;
}

/** What a guest was told of its host. */
export interface GuestSettings {
  /** The host's name or address; `undefined` where it is to be found. */
  readonly host: string | undefined;
  /** Where hosts listen. */
  readonly port: number;
  /** The host that a port belongs to which is named alone. */
  readonly usualHost: string;
  /** The port that need not be named. */
  readonly usualPort: number;
  /** Whether to wait for a host that is not there yet. */
  readonly reconnect: boolean;
  /** Whether the host's cameras are to be listed. */
  readonly list?: boolean;
  readonly camera?: string | undefined;
  /** The port on which browsers are served instead of a window. */
  readonly web?: number | undefined;
  /** For {@linkcode printHosts}: whether for programs. */
  readonly json: boolean;
}

/** The host that a guest is to show. */
export interface LocatedHost {
  /** Its name, or its address. */
  readonly hostname: string;
  readonly port: number;
  /** The host itself, where it was found in the network. */
  readonly found?: FoundHost;
  /** The camera's own address, where there is no host. */
  readonly url?: string;
}

/** How a host is chosen. */
export interface ChoiceOptions {
  /** Where a host on this computer listens. */
  readonly port: number;
  /** Whether to wait for one where there is none. */
  readonly wait: boolean;
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

/**
 * The host that was named, by its port alone too, or else the one that is found.
 *
 * @returns `undefined` when it was ended before
 * @throws what {@linkcode chooseHost} throws
 */
export async function locate(
  settings: GuestSettings,
  signal: AbortSignal,
): Promise<LocatedHost | undefined> {
  const { host, port, usualHost, usualPort, reconnect } = settings;
  if (host !== undefined && isUrl(host)) {
    checkUrlUse(settings);
    return { hostname: host, port, url: host };
  }
  if (host !== undefined) return { hostname: host, port };
  if (port !== usualPort) return { hostname: usualHost, port };
  const found = await chooseHost({ port, wait: reconnect, signal });
  if (found === undefined) return undefined;
  return placeOf(found);
}

/** Where to connect to, to reach a host that was found. */
export function placeOf(found: FoundHost): LocatedHost {
  const { name, port, addresses: [first = ""] } = found;
  return isOwnComputer(first) ? { hostname: first, port } : { hostname: name, port, found };
}

/** Refuses what only a host can be asked for. */
function checkUrlUse({ list, camera, web }: GuestSettings): void {
  const unfit = list
    ? "--list"
    : camera !== undefined
    ? "--camera"
    : web !== undefined
    ? "--web"
    : undefined;
  if (unfit) throw new UsageError(`${unfit} is about a host's cameras; a URL is one camera's own`);
}

/**
 * Prints the hosts that are found.
 *
 * @throws {CaptureVideoError} `connection`, when there is none
 */
export async function printHosts(
  { port, json }: Pick<GuestSettings, "port" | "json">,
  signal: AbortSignal,
): Promise<void> {
  const { hosts, isFull } = await findHosts({ port, signal });
  if (json) print(JSON.stringify(hosts.map(toJson), null, 2));
  else if (hosts.length > 0) print(hostTable(hosts).join("\n"));
  if (isFull) log.warn("there are more hosts, which are not shown");
  if (hosts.length === 0) throw noHost();
}

/** Everything that can be found now, on this computer and in its networks. */
export async function findHosts(
  { port, signal }: Pick<ChoiceOptions, "port" | "signal">,
): Promise<Findings> {
  await using finder = await openFinder();
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
  if (first && !second) return logFound(first);
  if (first) {
    if (!terminal.isTerminal()) throw new UsageError(sayWhich(hosts));
    return await ask(hosts, { isFull, terminal, signal });
  }
  if (!wait) throw noHost();
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
    (isOneName ? "guest 192.168.1.20" : `guest ${shellWord(shownName(hosts.at(-1)!))}`);
}

/** That there is none, and what helps. */
export function noHost(): CaptureVideoError {
  return new CaptureVideoError("connection", `Cannot find a host: none answers; ${WHAT_TO_DO}`);
}

function logFound(host: FoundHost): FoundHost {
  log.info(`found ${describeHost(host)}`);
  return host;
}

/** Waits for the first host to come. */
async function theNext({ port, signal }: ChoiceOptions): Promise<FoundHost | undefined> {
  await using finder = await openFinder();
  while (!signal.aborted) {
    const [host] = withOwnHost(finder.hosts, await ownHost(port));
    if (host) return logFound(host);
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
  // A read that nobody answers would keep the program alive.
  if (signal.aborted) terminal.close();
  if (length === null || length === undefined) return undefined;
  return new TextDecoder().decode(bytes.subarray(0, length)).trim();
}
