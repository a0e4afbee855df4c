/**
 * Looks for hosts in the networks around this computer.
 *
 * @example
 * ```ts ignore
 * import { HostFinder } from "./host_finder.ts";
 *
 * await using finder = new HostFinder();
 * const hosts = await finder.all({ signal });
 * ```
 * @module
 */

import { pause } from "../flow/timing.ts";
import { type FoundHost, HostList } from "./host_list.ts";
import type { Link } from "./link.ts";
import { Mdns } from "./mdns.ts";
import { isSameName, SERVICE } from "./names.ts";

/** How long after each time it is asked again who is there, in milliseconds; the last goes on. */
const PAUSES_MS = [1000, 2000, 5000];

/** How often is looked at the clock, in milliseconds. */
const TICK_MS = 250;

/** A host that has not answered for so long has vanished, in milliseconds: it was asked twice. */
const FORGOTTEN_AFTER_MS = 12_000;

/** Questions because of what was heard are asked no closer together than this, in milliseconds. */
const FOLLOW_UP_EVERY_MS = 250;

/** By then, all hosts have answered: those that answered another just before wait for a second. */
const ALL_MS = 1300;

/** How long is looked for a name, in milliseconds. */
const NAME_MS = 2000;

/** When one of that name has answered, others that claim to have it are given this, in milliseconds. */
const SAME_NAME_MS = 150;

/** How a search ends early. */
export interface SearchOptions {
  readonly signal: AbortSignal;
}

/**
 * A search.
 *
 * - What is found is bounded, and nothing of it is to be trusted: see {@linkcode HostList}.
 * - A host that says goodbye or does not answer any more leaves the list.
 */
export class HostFinder implements AsyncDisposable {
  readonly #list = new HostList();
  readonly #faults = new Map<string, Error>();
  readonly #mdns: Mdns;
  readonly #startedAtMs = performance.now();
  readonly #watchers = new Set<() => void>();
  readonly #timer: ReturnType<typeof setInterval>;
  #followUp: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;
  #askedAtMs = -Infinity;
  #askAtMs = -Infinity;

  constructor() {
    this.#mdns = new Mdns({
      onPacket: (packet, { place }, sender) => {
        if (packet.type !== "response") return;
        const interfaceName = place.networkInterface.name;
        const nowMs = performance.now();
        const isGoodbye = this.#list.take(packet, { sender, interfaceName, nowMs });
        // Who is said to be gone may contradict.
        if (isGoodbye || this.#list.isIncomplete) this.#askSoon();
        this.#changed();
      },
      onLink: () => this.#askSoon(),
      onFault: (error, where) => this.#faults.set(where, error),
    });
    this.#send();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** The hosts that there are now, in the order in which they were heard of. */
  get hosts(): FoundHost[] {
    return this.#list.hosts;
  }

  /** Whether there are more than are kept. */
  get isFull(): boolean {
    return this.#list.isFull;
  }

  /** What kept it from asking, by the link: `eth0 (IPv6)`. */
  get faults(): ReadonlyMap<string, Error> {
    return this.#faults;
  }

  get links(): readonly Link[] {
    return this.#mdns.links;
  }

  /** Waits until all hosts have had the time to answer. */
  async all({ signal }: SearchOptions): Promise<FoundHost[]> {
    await pause(Math.max(0, this.#startedAtMs + ALL_MS - performance.now()), signal);
    return this.hosts;
  }

  /** Waits for the first hosts, whatever they are called; for none where it is stopped. */
  async any({ signal }: SearchOptions): Promise<FoundHost[]> {
    await this.#until(({ length }) => length > 0, signal);
    return this.hosts;
  }

  /**
   * Looks for the hosts of that name: one, none, or more where one claims what another has.
   *
   * @param options with a host's own fingerprint, it is found whatever it is called now, and alone
   */
  async named(
    name: string,
    { signal, fingerprint }: SearchOptions & { readonly fingerprint?: string | undefined },
  ): Promise<FoundHost[]> {
    const matching = () => {
      const itself = this.hosts.filter((host) =>
        fingerprint !== undefined && host.fingerprint === fingerprint
      );
      return itself.length > 0 ? itself : this.hosts.filter((host) => isSameName(host.name, name));
    };
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), NAME_MS);
    await this.#until(() => matching().length > 0, AbortSignal.any([signal, limit.signal]));
    clearTimeout(timer);
    if (matching().length > 0) await pause(SAME_NAME_MS, signal);
    return matching();
  }

  /** Calls whenever something may have changed. */
  watch(onChange: () => void): Disposable {
    this.#watchers.add(onChange);
    return { [Symbol.dispose]: () => void this.#watchers.delete(onChange) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    clearTimeout(this.#followUp);
    await this.#mdns[Symbol.asyncDispose]();
  }

  async #until(condition: (hosts: FoundHost[]) => boolean, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => (signal.aborted || condition(this.hosts)) && resolve();
    using _watch = this.watch(look);
    signal.addEventListener("abort", look);
    look();
    await promise;
    signal.removeEventListener("abort", look);
  }

  /** Asks who is there when it is time to, and forgets who is there no more. */
  #tick(): void {
    const nowMs = performance.now();
    if (nowMs >= this.#askAtMs) this.#send();
    this.#list.forget({ nowMs, heardSinceMs: nowMs - FORGOTTEN_AFTER_MS });
    this.#changed();
  }

  /** Asks everybody, and for what was heard only in part. */
  #askSoon(): void {
    if (this.#followUp !== undefined) return;
    const sinceMs = performance.now() - this.#askedAtMs;
    this.#followUp = setTimeout(() => this.#send(), Math.max(0, FOLLOW_UP_EVERY_MS - sinceMs));
  }

  #send(): void {
    clearTimeout(this.#followUp);
    this.#followUp = undefined;
    const nowMs = performance.now();
    this.#askedAtMs = nowMs;
    if (nowMs >= this.#askAtMs) {
      this.#askAtMs = nowMs + (PAUSES_MS[this.#asked++] ?? PAUSES_MS.at(-1)!);
    }
    const questions = [{ name: SERVICE, type: "PTR" }, ...this.#list.questions()];
    void this.#mdns.send(() => ({ type: "query", questions }));
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher();
  }
}
