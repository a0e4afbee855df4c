/**
 * Where a host is that was named, now and after it has moved.
 *
 * @module
 */

import { canBeHostName } from "../cli/host_name.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { describeError } from "../text/error_text.ts";
import { shortFingerprint } from "./advertisement.ts";
import { sayWhich } from "./choice.ts";
import type { FoundHost } from "./host_list.ts";
import { shownName } from "./host_text.ts";
import { isLinkLocal } from "./interfaces.ts";
import { isSameName } from "./names.ts";
import { openFinder } from "./open_finder.ts";

/** Where to connect to. */
export interface Target {
  readonly hostname: string;
  readonly port: number;
}

/** Which host is meant. */
export interface LocatorOptions {
  /** A host's name in the network, or what a name server knows, or an address. */
  readonly host: string;
  /** Where it listens, unless it says so itself. */
  readonly port: number;
  /** The host itself, where it was found already. */
  readonly found?: FoundHost | undefined;
  /** What the host of that name was known by when its key was proved, if it ever was. */
  identity(): string | undefined;
  /** Says a line: that the host has another name now. */
  say(line: string): void;
}

/**
 * Looks a host up.
 *
 * - An address is what it is; a name is looked for in the network first, then left to name servers.
 * - Where a host was once, it is tried again at once; meanwhile it is looked for anew.
 */
export class HostLocator implements AsyncDisposable {
  readonly #options: LocatorOptions;
  readonly #stop = new AbortController();
  #fingerprint: string | undefined;
  #isRenamed = false;
  #known: readonly Target[] = [];
  #searching: Promise<void> | undefined;

  constructor(options: LocatorOptions) {
    this.#options = options;
    this.#fingerprint = options.found?.fingerprint;
    if (options.found) this.#known = targetsOf(options.found);
  }

  /** Where to try now, the best first; never nothing. */
  async targets(signal: AbortSignal): Promise<readonly Target[]> {
    const { host, port } = this.#options;
    const asGiven = [{ hostname: host, port }];
    if (this.#known.length === 0 && !canBeHostName(host)) return asGiven;
    if (this.#known.length === 0) await this.#search(signal);
    return this.#known.length === 0 ? asGiven : this.#known;
  }

  /** That it was not reached there: it may have moved. */
  missed(): void {
    if (this.#known.length === 0 || this.#searching) return;
    this.#searching = this.#search(this.#stop.signal)
      // Which of several it is, it was once; to tell them apart is for who looks without knowing.
      // And what the system does not have for this search, it may have at the next miss.
      .catch((error) => {
        if (!describeError(error).expected) throw error;
      })
      .finally(() => this.#searching = undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#searching;
  }

  async #search(signal: AbortSignal): Promise<void> {
    const { host: name, say } = this.#options;
    const identity = this.#options.identity();
    if (identity !== undefined) this.#fingerprint = shortFingerprint(identity);
    await using finder = await openFinder();
    const hosts = await finder.named(name, { signal, fingerprint: this.#fingerprint });
    const [host, other] = hosts;
    if (other) throw new CaptureVideoError("connection", sayWhich(hosts));
    if (!host) return;
    this.#known = targetsOf(host);
    if (this.#isRenamed || isSameName(host.name, name)) return;
    this.#isRenamed = true;
    say(`${name} is called ${shownName(host)} now`);
  }
}

/** Addresses that count in one network only are tried last. */
function targetsOf({ addresses, port }: FoundHost): Target[] {
  const sorted = addresses.toSorted((a, b) => Number(isLinkLocal(a)) - Number(isLinkLocal(b)));
  return sorted.map((hostname) => ({ hostname, port }));
}
