/**
 * What is used of the package `multicast-dns`, which has no types of its own. Those that others
 * wrote for it bring Node's with them, which differ from Deno's.
 *
 * @module
 */

import type { Socket } from "node:dgram";

/** Where a service is: the data of an SRV record. */
export interface Service {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}

/** What a question or a record is called, and of which type it is: `PTR`, `SRV`, `TXT`, `A`, `AAAA`, …. */
interface Named {
  readonly name: string;
  readonly type: string;
}

/** What somebody wants to know. */
export type Question = Named;

/** A record. What was received may hold anything as its `data`: that depends on the type. */
export interface Record extends Named {
  /** How long it counts, in seconds; 0 takes it back. */
  readonly ttl?: number;
  readonly class?: string | number;
  /** Whether it takes the place of all others of that name and type. */
  readonly flush?: boolean;
  readonly data?: unknown;
}

/** A message, as it is sent. */
export interface OutgoingPacket {
  readonly type: "query" | "response";
  /** Of a response: that it comes from who is in charge of the name. */
  readonly flags?: number;
  readonly questions?: Question[];
  readonly answers?: Record[];
  readonly authorities?: Record[];
  readonly additionals?: Record[];
}

/** A message, as it was received. */
export interface Packet {
  readonly type: "query" | "response";
  readonly questions: Question[];
  readonly answers: Record[];
  readonly authorities: Record[];
  readonly additionals: Record[];
}

/** Who sent a message. */
export interface Sender {
  readonly address: string;
  readonly port: number;
}

/** How a socket is opened. */
export interface Options {
  readonly type: "udp4" | "udp6";
  /** The group's address. */
  readonly ip: string;
  /** The interface: its IPv4 address, or `::%name`. */
  readonly interface: string;
  /** The address that the socket is bound to. */
  readonly bind: string;
  /** The socket, not yet bound; one of its own by default. */
  readonly socket?: Socket;
}

/** One socket in the group. */
export interface MulticastDns {
  on(event: "packet", listener: (packet: Packet, sender: Sender) => void): this;
  /** `error`: the port cannot be had; `warning`: anything else, also a packet that is none. */
  on(event: "error" | "warning", listener: (error: Error) => void): this;
  on(event: "ready", listener: () => void): this;
  send(packet: OutgoingPacket, done: (error?: Error | null) => void): void;
  destroy(done: () => void): void;
}

/** Opens a socket. */
export default function multicastDns(options: Options): MulticastDns;
