/**
 * Where a host is that was named, now and after it has moved.
 *
 * @module
 */

import { withPort } from "../cli/address.ts";
import { canBeHostName } from "../cli/host_name.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { sayWhich } from "./choice.ts";
import { HostFinder } from "./host_finder.ts";
import type { FoundHost } from "./host_list.ts";
import { isLinkLocal } from "./interfaces.ts";

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
  readonly #fingerprint: string | undefined;
  #known: readonly Target[] = [];
  #searching: Promise<void> | undefined;

  /** @param options which host */
  constructor(options: LocatorOptions) {
    this.#options = options;
    this.#fingerprint = options.found?.fingerprint;
    if (options.found) this.#known = targetsOf(options.found);
  }

  /** Where to try now, the best first; never nothing. */
  async targets(signal: AbortSignal): Promise<readonly Target[]> {
    const { host, port } = this.#options;
    const asGiven = [{ hostname: host, port }];
    if (!canBeHostName(host)) return asGiven;
    if (this.#known.length === 0) await this.#search(signal);
    return this.#known.length === 0 ? asGiven : this.#known;
  }

  /** That it was not reached there: it may have moved. */
  missed(): void {
    if (this.#known.length === 0 || this.#searching) return;
    this.#searching = this.#search(this.#stop.signal)
      // Which of several it is, it was once; to tell them apart is for who looks without knowing.
      .catch((error) => {
        if (!(error instanceof CaptureVideoError)) throw error;
      })
      .finally(() => this.#searching = undefined);
  }

  /** Ends a search. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#searching;
  }

  async #search(signal: AbortSignal): Promise<void> {
    await using finder = new HostFinder();
    const hosts = await finder.named(this.#options.host, { signal });
    const known = hosts.filter(({ fingerprint }) => fingerprint === this.#fingerprint);
    const [host, other] = this.#fingerprint === undefined ? hosts : known;
    if (other) throw new CaptureVideoError("connection", sayWhich(hosts));
    if (host) this.#known = targetsOf(host);
  }
}

/** Addresses that count in one network only are tried last. */
function targetsOf({ addresses, port }: FoundHost): Target[] {
  const sorted = addresses.toSorted((a, b) => Number(isLinkLocal(a)) - Number(isLinkLocal(b)));
  return sorted.map((hostname) => ({ hostname, port }));
}

/** Targets in a sentence. */
export function describeTargets(targets: readonly Target[]): string {
  return targets.map(({ hostname, port }) => withPort(hostname, port)).join(", ");
}
