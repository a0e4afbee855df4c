/**
 * A network as at home: computers on one switch, each a network namespace with an address of either
 * kind.
 *
 * @example
 * ```ts ignore
 * import { Lan } from "./lan.ts";
 *
 * await using lan = await Lan.create();
 * const [studio, desk] = [await lan.join(), await lan.join()];
 * // ... a host in studio.namespace, a guest in desk.namespace ...
 * ```
 * @module
 */

import { outputOf } from "../support/commands.ts";

/** What a network is called apart from others, and which addresses its computers have. */
export interface LanOptions {
  /** By which IP computers are reached; default: both. Link-local IPv6 goes with IPv6. */
  readonly families?: readonly (4 | 6)[];
}

/** A computer in the network. */
export interface Computer {
  /** The network namespace that its programs run in. */
  readonly namespace: string;
  /** Its address; empty where the network has none of that family. */
  readonly ipv4: string;
  readonly ipv6: string;
  /** Pulls its cable. */
  unplug(): Promise<void>;
  /** Plugs it in again. */
  plug(): Promise<void>;
}

/** The name that its own interface has in every computer. */
export const INTERFACE = "eth0";

/**
 * The network.
 *
 * - Close: the namespaces are removed; the programs in them should have ended.
 */
export class Lan implements AsyncDisposable {
  readonly #name = `cv-lan-${crypto.randomUUID().slice(0, 8)}`;
  readonly #families: readonly (4 | 6)[];
  readonly #namespaces: string[] = [];

  private constructor({ families = [4, 6] }: LanOptions) {
    this.#families = families;
  }

  /** Puts up the switch. */
  static async create(options: LanOptions = {}): Promise<Lan> {
    const lan = new Lan(options);
    const name = lan.#name;
    await lan.#addNamespace(name);
    await run("ip", "-n", name, ..."link add switch type bridge mcast_snooping 0".split(" "));
    await run("ip", "-n", name, "link", "set", "switch", "up");
    return lan;
  }

  /** Connects a computer. */
  async join(): Promise<Computer> {
    const number = this.#namespaces.length;
    const namespace = `${this.#name}-${number}`;
    await this.#addNamespace(namespace);
    await this.wire(namespace, number);
    const cable = (state: string) =>
      run("ip", "-n", this.#name, "link", "set", `port${number}`, state);
    return {
      namespace,
      ipv4: this.#families.includes(4) ? `10.78.0.${number}` : "",
      ipv6: this.#families.includes(6) ? `fd00:78::${number}` : "",
      unplug: () => cable("down"),
      plug: () => cable("up"),
    };
  }

  /**
   * Lays a cable from a computer to the switch.
   *
   * @param name the computer's interface: another one than its first, where it is in two networks
   */
  async wire(namespace: string, number: number, name: string = INTERFACE): Promise<void> {
    const port = `port${number}`;
    await run(
      ...["ip", "link", "add", name, "netns", namespace, "type", "veth"],
      ...["peer", "name", port, "netns", this.#name],
    );
    await run("ip", "-n", this.#name, "link", "set", port, "master", "switch", "up");
    const addresses = this.#families.includes(4) ? [[`10.78.0.${number}/24`]] : [];
    // Without looking first whether somebody has them, which takes a second.
    if (this.#families.includes(6)) {
      addresses.push([`fe80::${number}/64`, "nodad"], [`fd00:78::${number}/64`, "nodad"]);
    }
    await run("ip", "-n", namespace, "link", "set", name, "addrgenmode", "none");
    for (const address of addresses) {
      await run("ip", "-n", namespace, "address", "add", ...address, "dev", name);
    }
    await run("ip", "-n", namespace, "link", "set", name, "up");
  }

  /** Takes it down. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const namespace of this.#namespaces.toReversed()) {
      await run("ip", "netns", "del", namespace);
    }
  }

  async #addNamespace(namespace: string): Promise<void> {
    await run("ip", "netns", "add", namespace);
    this.#namespaces.push(namespace);
    await run("ip", "-n", namespace, "link", "set", "lo", "up");
  }
}

async function run(program: string, ...args: string[]): Promise<void> {
  await outputOf(program, args);
}
