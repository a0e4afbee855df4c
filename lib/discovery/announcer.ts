/**
 * Lets a host be found by name in the networks around it.
 *
 * @example
 * ```ts ignore
 * import { Announcer } from "./announcer.ts";
 *
 * await using announcer = new Announcer({ name: "studio", port: 65432, ... });
 * ```
 * @module
 */

import { aborted, pause } from "../flow/timing.ts";
import { hexOf } from "../text/hex.ts";
import type { Advertisement } from "./advertisement.ts";
import { HostRecords } from "./host_records.ts";
import type { Link } from "./link.ts";
import { Mdns } from "./mdns.ts";
import type { Packet } from "./multicast_dns.d.ts";
import { nextName } from "./names.ts";

/** How often, and how far apart, it is asked whether a name is free (RFC 6762, 8.1). */
const PROBES = 3;
const PROBE_EVERY_MS = 250;

/** How long the one of two waits that want a name at once and is not to have it. */
const YIELD_MS = 1000;

/** After so many names that others have, each further one is waited for. */
const MANY_CONFLICTS = 15;
const MANY_CONFLICTS_MS = 5000;

/** How far apart are the announcements of what nobody has asked for, in milliseconds. */
const ANNOUNCEMENTS_MS = [0, 1000, 2000];

/** An answer is never sooner behind another than this (RFC 6762, 6). */
const ANSWER_EVERY_MS = 1000;

/** Nor behind the question, so that not all answer at the same time. */
const ANSWER_DELAY_MS = { least: 20, spread: 100 };

/** What is announced, and who hears of it. */
export interface AnnouncerOptions {
  /** What the host would like to be called. */
  readonly name: string;
  readonly port: number;
  readonly advertisement: Advertisement;
  /** Of this computer's addresses, those that the host listens on. */
  listensOn(address: string): boolean;
  /** The host has this name now, for the first time or instead of the one before. */
  onName(name: string): void;
  /** It cannot be found over a link, or not now; `where` names it: `eth0 (IPv6)`. */
  onFault(error: Error, where: string): void;
}

/** Why a name cannot be kept: another has it, or wants it at the same time and is to have it. */
type Doubt = "taken" | "wanted";

/**
 * A host that can be found, from its first name to its goodbye.
 *
 * - Name: one that no other has; where another has it, the next: "studio (2)".
 * - Answers: at most one a second in each network, however many ask.
 * - Close: everybody is told that it is gone.
 */
export class Announcer implements AsyncDisposable {
  readonly #options: AnnouncerOptions;
  readonly #target = `capturevideo-${hexOf(crypto.getRandomValues(new Uint8Array(6)))}.local`;
  readonly #mdns: Mdns;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #records: HostRecords;
  /** Aborted when the name cannot be kept, with a {@linkcode Doubt} as the reason. */
  #doubt = new AbortController();
  #conflicts = 0;
  #isNamed = false;
  #answerTimer: ReturnType<typeof setTimeout> | undefined;
  #answerAtMs = Infinity;
  #saidAtMs = -Infinity;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    this.#records = this.#recordsFor(options.name);
    this.#mdns = new Mdns({
      onPacket: (packet) => this.#take(packet),
      onLink: () => this.#isNamed && this.#answerSoon(),
      onFault: options.onFault,
    });
    this.#running = this.#run();
  }

  /** Says goodbye, and leaves. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#answerTimer);
    await this.#running;
    if (this.#isNamed) await this.#mdns.send((link) => this.#records.goodbye(this.#on(link)));
    await this.#mdns[Symbol.asyncDispose]();
  }

  async #run(): Promise<void> {
    const { onName } = this.#options;
    let { name } = this.#options;
    let last: string | undefined;
    while (!this.#stop.signal.aborted) {
      name = await this.#claim(name);
      if (this.#stop.signal.aborted) return;
      this.#isNamed = true;
      if (name !== last) onName(last = name);
      for (const waitMs of ANNOUNCEMENTS_MS) {
        await pause(waitMs, this.#disturbance);
        if (!this.#disturbance.aborted) await this.#say();
      }
      await aborted(this.#disturbance);
      if (this.#stop.signal.aborted) return;
      // Whoever doubts again and again hides nobody.
      if (++this.#conflicts >= MANY_CONFLICTS) await this.#pause(MANY_CONFLICTS_MS);
      if (!this.#stop.signal.aborted) this.#isNamed = false;
    }
  }

  /** Finds a name that nobody has. */
  async #claim(wanted: string): Promise<string> {
    let name = wanted;
    while (!this.#stop.signal.aborted) {
      const doubt = await this.#probe(name);
      if (doubt === undefined) break;
      if (doubt === "taken") name = nextName(name);
      const isHopeless = ++this.#conflicts >= MANY_CONFLICTS;
      if (isHopeless) await this.#pause(MANY_CONFLICTS_MS);
      else if (doubt === "wanted") await this.#pause(YIELD_MS);
    }
    return name;
  }

  /** Asks whether somebody has the name; nothing where nobody has. */
  async #probe(name: string): Promise<Doubt | undefined> {
    this.#records = this.#recordsFor(name);
    this.#doubt = new AbortController();
    await pause(Math.random() * PROBE_EVERY_MS, this.#disturbance);
    for (let probe = 0; probe < PROBES && !this.#disturbance.aborted; probe++) {
      await this.#mdns.send(() => this.#records.probe);
      await pause(PROBE_EVERY_MS, this.#disturbance);
    }
    return this.#doubt.signal.aborted ? this.#doubt.signal.reason : undefined;
  }

  #take(packet: Packet): void {
    if (packet.type === "response") {
      const records = [...packet.answers, ...packet.additionals];
      if (this.#records.foreign(records).length > 0) this.#doubt.abort("taken" satisfies Doubt);
      return;
    }
    if (this.#isNamed) {
      // Who asks whether the name is free is to hear at once that it is not.
      const isProbe = this.#records.isWantedBy(packet.authorities);
      if (isProbe) this.#answerSoon(0, PROBE_EVERY_MS);
      else if (this.#records.isAsked(packet)) this.#answerSoon();
    } else if (this.#records.yieldsTo(packet.authorities)) {
      this.#doubt.abort("wanted" satisfies Doubt);
    }
  }

  /** Answers all who ask meanwhile at once. */
  #answerSoon(delayMs = answerDelayMs(), everyMs = ANSWER_EVERY_MS): void {
    const atMs = Math.max(performance.now() + delayMs, this.#saidAtMs + everyMs);
    if (atMs >= this.#answerAtMs) return;
    this.#answerAtMs = atMs;
    clearTimeout(this.#answerTimer);
    this.#answerTimer = setTimeout(
      () => this.#isNamed && void this.#say(),
      atMs - performance.now(),
    );
  }

  async #say(): Promise<void> {
    clearTimeout(this.#answerTimer);
    this.#answerAtMs = Infinity;
    this.#saidAtMs = performance.now();
    await this.#mdns.send((link) => this.#records.announcement(this.#on(link)));
  }

  /** The addresses under which the host is reached over a link's interface. */
  #on({ place: { networkInterface: { ipv4, ipv6 } } }: Link): string[] {
    return [...ipv4, ...ipv6]
      .map(({ address }) => address)
      .filter((address) => this.#options.listensOn(address));
  }

  #recordsFor(name: string): HostRecords {
    const { port, advertisement } = this.#options;
    return new HostRecords({ name, port, target: this.#target, advertisement });
  }

  /** The end, or a doubt about the name. */
  get #disturbance(): AbortSignal {
    return AbortSignal.any([this.#stop.signal, this.#doubt.signal]);
  }

  #pause(ms: number): Promise<void> {
    return pause(ms, this.#stop.signal);
  }
}

function answerDelayMs(): number {
  return ANSWER_DELAY_MS.least + Math.random() * ANSWER_DELAY_MS.spread;
}
