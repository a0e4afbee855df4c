/**
 * Where a host listens, and for whom.
 *
 * @module
 */

import { withPort } from "../cli/address.ts";
import { log } from "../cli/log.ts";
import { asTyped } from "../cli/typed.ts";
import { isLinkLocal, networkInterfaces } from "../discovery/interfaces.ts";
import { CaptureVideoError, UsageError } from "../flow/errors.ts";
import type { HostPrivacy } from "../privacy/host_privacy.ts";
import { isLoopback } from "../privacy/loopback.ts";
import { describeError } from "../text/error_text.ts";
import type { Listener } from "./tcp_server.ts";

/** Listening on it is listening everywhere. */
const EVERY_ADDRESS = /^(?:0\.0\.0\.0|::)$/;

/** What the user says of it. */
export interface ListenSettings {
  readonly host: string;
  /** The port; 0 for any. */
  readonly port: number;
  /** The port that guests take by themselves. */
  readonly usualPort: number;
  /** By what it is found in the network; `undefined` where it is not announced. */
  readonly name: string | undefined;
  /** Whether other computers are to be let in. */
  readonly share: boolean;
  /** Whether they need no key. */
  readonly open: boolean;
  /** Whether the tutorial's guests are served, who have none. */
  readonly legacy: boolean;
  /** Whether pages may change the picture. */
  readonly controlsFromPage: boolean;
  /** The key, instead of the host's own. */
  readonly key: string | undefined;
  readonly keyFile: string | undefined;
}

/** A listener, and who is let in by it. */
export interface Listening {
  readonly listener: Listener;
  readonly host: string;
  readonly port: number;
  /** What they have to prove; nothing, where it is left out. */
  readonly privacy?: HostPrivacy;
}

/**
 * Looks whether what the user says of it goes together.
 *
 * @throws {UsageError} it does not
 */
export function checkListening(
  { host, share, open, legacy, controlsFromPage }: Omit<ListenSettings, "name" | "usualPort">,
): void {
  if (isLoopback(host) && !share) return;
  if (legacy && !open) {
    throw new UsageError(
      "--legacy serves guests that know of no key: it needs --open, or a --host that only this " +
        "computer reaches",
    );
  }
  if (controlsFromPage && open) {
    throw new UsageError(
      "--controls-from-page is for those who have the key: it does not go with --open",
    );
  }
}

/**
 * Listens, and says what to type on the other computer.
 *
 * @param now the monotonic clock, in microseconds
 * @throws {CaptureVideoError} `connection`, when the address cannot be listened on; `identity`, when
 * the host has no identity and none can be made
 * @throws {UsageError} the settings contradict each other
 */
export async function listen(settings: ListenSettings, now: () => number): Promise<Listening> {
  checkListening(settings);
  const { share, open, port } = settings;
  const host = share && isLoopback(settings.host) ? everyAddress() : settings.host;
  const isLocal = isLoopback(host);
  if (isLocal || open) {
    const listener = await saying(host, port, () => Deno.listen({ hostname: host, port }));
    log.info(`listening on ${withPort(host, listener.addr.port)}`);
    if (!isLocal) {
      log.warn("open: everyone who reaches that port, or listens to the network, sees the picture");
    }
    return { listener, host, port: listener.addr.port };
  }
  return await listenPrivately(settings, host, now);
}

/** Makes a new key for this computer's hosts, as people read it. */
export async function newKeyOfHost(): Promise<string> {
  const { renewKey, shownKey, userFolder } = await import("../privacy/mod.ts");
  return shownKey((await renewKey(userFolder())).key);
}

async function listenPrivately(
  { port, usualPort, name, key: given, keyFile }: ListenSettings,
  host: string,
  now: () => number,
): Promise<Listening> {
  // A host that listens on this computer alone needs nothing of it.
  const {
    loadIdentity,
    identityPath,
    IncomingListener,
    HostPrivacy,
    givenKey,
    shownKey,
    userFolder,
  } = await import("../privacy/mod.ts");
  const key = givenKey({ key: given, keyFile });
  const folder = userFolder();
  const own = await loadIdentity(folder);
  const identity = key === undefined ? own : { ...own, key };
  // From here on nothing is written.
  await Deno.permissions.revoke({ name: "write" });
  const listener = await saying(host, port, () => {
    // What is wrong with an address, Deno says more exactly than node:net.
    Deno.listen({ hostname: host, port }).close();
    return IncomingListener.listen({ host, port });
  });
  const privacy = new HostPrivacy({
    identity,
    folder: key === undefined ? folder : undefined,
    now,
  });
  const { port: ownPort } = listener.addr;
  const addresses = addressesFor(host)
    .map((address) => ownPort === usualPort ? address : withPort(address, ownPort));
  // By a name, the port is found as well.
  const named = name === undefined ? [] : [name.includes(" ") ? `"${name}"` : name];
  const commands = [...named, ...addresses].map((address) => asTyped(`deno task guest ${address}`));
  log.choices("on the other computer", commands);
  if (key !== undefined) log.info("it needs the key that was given here");
  // More people read the journal than may see the picture.
  else if (log.toJournal) log.info(`it asks once for the key, which is in ${identityPath(folder)}`);
  else log.info(`it asks once for the key: ${shownKey(identity.key)}`);
  return { listener, host, port: ownPort, privacy };
}

/** Every network, by IPv4 and, where this computer has that, by IPv6: Windows has a socket for each. */
export function everyAddress(): string {
  const hasIpv6 = Deno.networkInterfaces().some(({ family }) => family === "IPv6");
  return hasIpv6 && Deno.build.os !== "windows" ? "::" : "0.0.0.0";
}

/** Where another computer reaches this one: by IPv4, as that is shorter to type. */
export function addressesFor(host: string): string[] {
  if (!EVERY_ADDRESS.test(host)) return [host];
  const interfaces = networkInterfaces();
  const ipv4 = interfaces.flatMap(({ ipv4 }) => ipv4.map(({ address }) => address));
  const ipv6 = interfaces.flatMap(({ ipv6 }) => ipv6.map(({ address }) => address));
  const addresses = ipv4.length > 0 ? ipv4 : ipv6.filter((address) => !isLinkLocal(address));
  return addresses.length > 0 ? addresses : [Deno.hostname()];
}

async function saying<T>(host: string, port: number, listen: () => T | Promise<T>): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    const { line, expected } = describeError(error, `listen on ${withPort(host, port)}`);
    throw expected ? new CaptureVideoError("connection", line, { cause: error }) : error;
  }
}
