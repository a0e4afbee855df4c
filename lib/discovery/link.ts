/**
 * Multicast DNS (RFC 6762) on one interface, by IPv4 or by IPv6.
 *
 * @module
 */

// @ts-types="./multicast_dns.d.ts"
import multicastDns from "multicast-dns";
import { createSocket, type Socket } from "node:dgram";
import { isNeighbour, type NetworkInterface } from "./interfaces.ts";
import type { MulticastDns, Options, OutgoingPacket, Packet } from "./multicast_dns.d.ts";
import { SenderLimit } from "./sender_limit.ts";

/** How long the system has to send a packet, in milliseconds. */
const SEND_LIMIT_MS = 500;

/** The group of all computers that find each other over IPv4. */
export const MDNS_GROUP = "224.0.0.251";

/** Longer packets, in bytes, are none of this protocol, on whatever network (RFC 6762, 17). */
const MAX_PACKET_BYTES = 9000;

/** The version of the Internet Protocol. */
export type Family = 4 | 6;

/** Where a link is. */
export interface LinkPlace {
  readonly networkInterface: NetworkInterface;
  readonly family: Family;
}

/** Who hears of what comes in. */
export interface LinkHandlers {
  /** A packet came; nothing in it is to be trusted. */
  onPacket(packet: Packet, link: Link, sender: string): void;
  /** It does not work, or not now; the link goes on. */
  onFault(error: Error, link: Link): void;
}

/**
 * One socket in the group that all of a network's computers are in.
 *
 * - Packets from behind a router are left out, longer ones than there may be, and what a computer
 *   sends too much of.
 * - Faults are told, and what is sent meanwhile is lost, as packets may be.
 */
export class Link implements AsyncDisposable {
  readonly place: LinkPlace;
  readonly #socket: MulticastDns;
  readonly #sending = new Set<Promise<void>>();
  #closed = false;

  constructor(place: LinkPlace, { onPacket, onFault }: LinkHandlers) {
    this.place = place;
    this.#socket = multicastDns({ ...socketOptions(place), socket: this.#open() });
    this.#socket.on("packet", (packet, { address }) => {
      if (!this.#closed) onPacket(packet, this, address);
    });
    const fail = (error: Error) => !this.#closed && onFault(error, this);
    this.#socket.on("error", fail);
    // A packet that is none is nothing to tell of: anybody can send one.
    this.#socket.on("warning", (error) => "syscall" in error && fail(error));
  }

  /** This computer's addresses in that network, of that family. */
  get addresses(): string[] {
    const { networkInterface: { ipv4, ipv6 }, family } = this.place;
    return (family === 4 ? ipv4 : ipv6).map(({ address }) => address);
  }

  /** Sends a packet to all; resolves when it is on its way, or is not going to be. */
  send(packet: OutgoingPacket): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const limit = setTimeout(resolve, SEND_LIMIT_MS);
    this.#socket.send(packet, () => resolve());
    const sending = promise.finally(() => {
      clearTimeout(limit);
      this.#sending.delete(sending);
    });
    this.#sending.add(sending);
    return sending;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all(this.#sending);
    await new Promise<void>((resolve) => this.#socket.destroy(resolve));
  }

  /** A socket that drops packets before anybody reads them. */
  #open(): Socket {
    const socket = createSocket({
      type: this.place.family === 4 ? "udp4" : "udp6",
      reuseAddr: true,
    });
    const limit = new SenderLimit();
    const emit = socket.emit.bind(socket) as (event: string, ...args: unknown[]) => boolean;
    socket.emit = (event: string, ...args: unknown[]) => {
      const isDropped = event === "message" &&
        !this.#isLookedAt(limit, ...args as [Uint8Array, { address: string }]);
      return !isDropped && emit(event, ...args);
    };
    return socket;
  }

  #isLookedAt(limit: SenderLimit, packet: Uint8Array, { address }: { address: string }): boolean {
    const { length: bytes } = packet;
    return bytes <= MAX_PACKET_BYTES && this.#isNear(address) &&
      limit.allows(address, { bytes, nowMs: performance.now() });
  }

  /** A socket gets what came in on any interface, so that each packet would come once for each. */
  #isNear(address: string): boolean {
    return this.place.family === 6 || isNeighbour(address, this.place.networkInterface);
  }
}

function socketOptions({ networkInterface: { name, ipv4 }, family }: LinkPlace): Options {
  if (family === 4) {
    const address = ipv4[0]!.address;
    return { type: "udp4", ip: MDNS_GROUP, interface: address, bind: "0.0.0.0" };
  }
  const group = "ff02::fb";
  // Bound to the group on one interface, it gets what comes in there and nothing else.
  const bind = Deno.build.os === "linux" ? `${group}%${name}` : "::";
  return { type: "udp6", ip: group, interface: `::%${name}`, bind };
}
