/**
 * Multicast DNS (RFC 6762) on every interface of this computer, by IPv4 and IPv6.
 *
 * @module
 */

import { networkInterfaces, type SystemAddress } from "./interfaces.ts";
import { Link, type LinkPlace } from "./link.ts";
import type { OutgoingPacket, Packet } from "./multicast_dns.d.ts";

/** How often is looked whether an interface has come or gone, in milliseconds. */
const LOOK_EVERY_MS = 3000;

/** So many links are kept: a computer with many containers has an interface for each. */
const MAX_LINKS = 64;

/** Who hears of what happens. */
export interface MdnsHandlers {
  /** A packet came; nothing in it is to be trusted. `sender` is the address that it came from. */
  onPacket(packet: Packet, link: Link, sender: string): void;
  /** A link has come: what was sent before has not been heard there. */
  onLink?(link: Link): void;
  /** A link does not work, or not now; `where` names it: `eth0 (IPv6)`, or what is not seen. */
  onFault?(error: Error, where: string): void;
}

/**
 * The links of this computer.
 *
 * - Interfaces that come, go or get another address are noticed within some seconds.
 * - A link that fails costs nothing but itself.
 * - While the system does not say which interfaces there are, the links stay as they are.
 */
export class Mdns implements AsyncDisposable {
  readonly #handlers: MdnsHandlers;
  readonly #list: () => readonly SystemAddress[];
  readonly #links = new Map<string, Link>();
  readonly #closing = new Set<Promise<void>>();
  readonly #timer: ReturnType<typeof setInterval>;

  /**
   * @param list the system's interfaces
   * @throws what `list` throws the first time
   */
  constructor(
    handlers: MdnsHandlers,
    list: () => readonly SystemAddress[] = () => Deno.networkInterfaces(),
  ) {
    this.#handlers = handlers;
    this.#list = list;
    this.#look(list());
    this.#timer = setInterval(() => this.#lookAgain(), LOOK_EVERY_MS);
  }

  get links(): Link[] {
    return [...this.#links.values()];
  }

  /** Sends each link what `make` has for it; resolves when all of it is on its way. */
  async send(make: (link: Link) => OutgoingPacket | undefined): Promise<void> {
    await Promise.all(this.links.map(async (link) => {
      const packet = make(link);
      if (packet) await link.send(packet);
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    for (const key of this.#links.keys()) this.#close(key);
    await Promise.all(this.#closing);
  }

  #lookAgain(): void {
    let list: readonly SystemAddress[];
    try {
      list = this.#list();
    } catch (error) {
      this.#handlers.onFault?.(error as Error, "new interfaces");
      return;
    }
    this.#look(list);
  }

  #look(list: readonly SystemAddress[]): void {
    const places = new Map(placesIn(list).map((place) => [JSON.stringify(place), place]));
    for (const key of this.#links.keys()) if (!places.has(key)) this.#close(key);
    for (const [key, place] of places) {
      if (this.#links.has(key) || this.#links.size >= MAX_LINKS) continue;
      const { onPacket, onFault, onLink } = this.#handlers;
      const link = new Link(place, {
        onPacket,
        onFault: (error) => onFault?.(error, nameOf(place)),
      });
      this.#links.set(key, link);
      onLink?.(link);
    }
  }

  #close(key: string): void {
    const link = this.#links.get(key);
    this.#links.delete(key);
    const closing = link?.[Symbol.asyncDispose]().finally(() => this.#closing.delete(closing!));
    if (closing) this.#closing.add(closing);
  }
}

function nameOf({ networkInterface: { name }, family }: LinkPlace): string {
  return `${name} (IPv${family})`;
}

function placesIn(list: readonly SystemAddress[]): LinkPlace[] {
  return networkInterfaces(list).flatMap((networkInterface) => {
    const { ipv4, ipv6 } = networkInterface;
    return [
      ...ipv4.length > 0 ? [{ networkInterface, family: 4 } as const] : [],
      ...ipv6.length > 0 ? [{ networkInterface, family: 6 } as const] : [],
    ];
  });
}
