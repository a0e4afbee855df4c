/**
 * Computers and the cables between them: a network namespace for the host, one for each guest, and
 * links whose rate is limited in both directions as a slow link's is.
 *
 * @example
 * ```ts ignore
 * import { HostNetwork } from "./host_network.ts";
 *
 * await using network = await HostNetwork.create();
 * const link = await network.connect({ megabitsPerSec: 8 });
 * // ... a host in network.namespace, a guest in link.namespace that connects to link.hostAddress ...
 * await link.unplug();
 * ```
 * @module
 */

import { outputOf } from "../support/commands.ts";

/** How much a limiter lets through at once, in bytes: two packets, so that the rate is even. */
const BURST_BYTES = 3_200;

/** How much waits in a limiter before it drops, in bytes: several pictures. */
const QUEUE_BYTES = 600_000;

/** Options of a link. */
export interface LinkOptions {
  /** What it carries, each way; unlimited when left out. */
  readonly megabitsPerSec?: number;
  /** The network namespace of the computer at this end; the host's when left out. */
  readonly from?: string;
}

/**
 * The host's computer, and its guests'.
 *
 * - Clocks: all share the machine's, so that a picture's age can be told anywhere.
 * - Close: the namespaces are removed; the programs in them should have ended.
 */
export class HostNetwork implements AsyncDisposable {
  /** The network namespace of the host's computer. */
  readonly namespace = `capturevideo-${crypto.randomUUID().slice(0, 8)}`;
  readonly #links: Link[] = [];

  /** Makes the host's computer. */
  static async create(): Promise<HostNetwork> {
    const network = new HostNetwork();
    await addNamespace(network.namespace);
    return network;
  }

  /** Makes a guest's computer, and a link to it that is plugged in. */
  async connect({ megabitsPerSec, from = this.namespace }: LinkOptions = {}): Promise<Link> {
    const link = new Link(from, this.#links.length + 1);
    this.#links.push(link);
    await addNamespace(link.namespace);
    await link.lay();
    if (megabitsPerSec !== undefined) await link.setRate(megabitsPerSec);
    return link;
  }

  /** Removes the computers. */
  async [Symbol.asyncDispose](): Promise<void> {
    const namespaces = [this.namespace, ...this.#links.map(({ namespace }) => namespace)];
    for (const namespace of namespaces) await run("ip", "netns", "del", namespace);
  }
}

/** A link between the host and one guest. */
export class Link {
  /** The host's address on this link. */
  readonly hostAddress: string;
  /** The network namespace of the guest's computer. */
  readonly namespace: string;
  readonly #hostNamespace: string;
  readonly #guestAddress: string;
  readonly #device: string;

  /** @param hostNamespace the host's end @param number tells the host's links apart, from 1 */
  constructor(hostNamespace: string, number: number) {
    this.#hostNamespace = hostNamespace;
    this.namespace = `${hostNamespace}-${number}`;
    this.hostAddress = `10.77.${number}.1`;
    this.#guestAddress = `10.77.${number}.2`;
    this.#device = `link${number}`;
  }

  /** Lays the cable. */
  async lay(): Promise<void> {
    await run(
      ...["ip", "link", "add", this.#device, "netns", this.#hostNamespace, "type", "veth"],
      ...["peer", "name", this.#device, "netns", this.namespace],
    );
    for (
      const [namespace, address] of [
        [this.#hostNamespace, this.hostAddress],
        [this.namespace, this.#guestAddress],
      ] as const
    ) {
      await run("ip", "-n", namespace, "address", "add", `${address}/24`, "dev", this.#device);
      await run("ip", "-n", namespace, "link", "set", this.#device, "up");
    }
  }

  /**
   * Gives both ends an address that counts on this link alone.
   *
   * @returns the host's, with the name that the link has at both ends
   */
  async addLinkLocal(): Promise<string> {
    for (
      const [namespace, address] of [[this.#hostNamespace, "fe80::1"], [this.namespace, "fe80::2"]]
    ) {
      await run(
        ...["ip", "-n", namespace!, "address", "add", `${address}/64`],
        ...["dev", this.#device, "nodad"],
      );
    }
    return `fe80::1%${this.#device}`;
  }

  /** Changes what the link carries, each way; what waits in it stays. */
  async setRate(megabitsPerSec: number): Promise<void> {
    for (const namespace of [this.#hostNamespace, this.namespace]) {
      await run(
        ...["tc", "-n", namespace, "qdisc", "replace", "dev", this.#device, "root", "tbf"],
        ...["rate", `${megabitsPerSec * 1e6}bit`],
        ...["burst", `${BURST_BYTES}`, "limit", `${QUEUE_BYTES}`],
      );
    }
  }

  /** Pulls the cable at the host: no connection is told, packets are lost. */
  async unplug(): Promise<void> {
    await run("ip", "-n", this.#hostNamespace, "link", "set", this.#device, "down");
  }

  /** Plugs the cable in again. */
  async plug(): Promise<void> {
    await run("ip", "-n", this.#hostNamespace, "link", "set", this.#device, "up");
  }
}

async function addNamespace(namespace: string): Promise<void> {
  await run("ip", "netns", "add", namespace);
  await run("ip", "-n", namespace, "link", "set", "lo", "up");
}

async function run(program: string, ...args: string[]): Promise<void> {
  await outputOf(program, args);
}
