/**
 * The door: accepts connections, decides who may stay, and looks after those who do.
 *
 * @module
 */

import { type ByteConnection, isDisconnect } from "../flow/byte_connection.ts";
import { withPort } from "../cli/address.ts";
import type { WelcomeMessage } from "../protocol/messages.ts";
import { Standstill } from "../flow/standstill.ts";
import { pause } from "../flow/timing.ts";
import type { Broadcast } from "../channel/broadcast.ts";
import { GuestSession } from "./guest_session.ts";
import { LegacySession } from "../legacy/legacy_session.ts";
import type { Session, SessionCounts } from "../channel/session.ts";

/** How many connections may be open that have not said HELLO yet. */
export const MAX_STRANGERS = 1024;
/** Of these, from one address; more where more guests may come from there. */
export const MAX_STRANGERS_PER_ADDRESS = 128;

/** A guest that was silent for so long gives its place to one that knocks, in microseconds. */
export const YIELD_AFTER_MICROS = 3_000_000;

/** How often the sessions look at the clock, in milliseconds. */
const TICK_MS = 1000;

/** How long guests have to hear that the host ends, in milliseconds. */
const FAREWELL_MS = 600;

/** How long nobody is let in after that failed, as when no descriptor was free, in milliseconds. */
const ACCEPT_AGAIN_MS = 100;

/** Options of a {@linkcode GuestServer}. */
export interface GuestServerOptions {
  /** Where the pictures come from. */
  broadcast: Broadcast;
  /** What a guest is told that may stay. */
  welcome: () => WelcomeMessage;
  /** The frames a second that the source is wished to give. */
  fps: number;
  /** Whether a guest whose link cannot carry the full pictures gets smaller ones; default: no. */
  adapt?: boolean;
  /** Whether a guest that says nothing is sent bare JPEGs; default: no. */
  legacy?: boolean;
  /** How many guests may be there at a time. */
  maxGuests: number;
  /** How many of them may come from one address. */
  maxPerAddress: number;
  /** The monotonic clock, in microseconds. */
  now: () => number;
  /** Called when a guest was welcomed. */
  onJoin?: (peer: string) => void;
  /** Called when a connection ended, with the reason; `welcomed` tells guests from strangers. */
  onLeave?: (peer: string, reason: string, welcomed: boolean) => void;
  /** Called when a connection could not be accepted. */
  onTrouble?: (error: Error) => void;
  /** Called with an error that cannot happen: it has ended one session, and the others go on. */
  onBug?: (error: unknown) => void;
}

/** Where connections come in. */
export type Listener = Pick<Deno.TcpListener, "accept" | "close">;

/** Where a connection comes from. */
export interface Origin {
  /** The address, by which guests are counted. */
  address: string;
  /** Address and port, for people. */
  peer: string;
}

/** What is known of whoever is connected. */
interface Visitor {
  address: string;
  /** Whether it was ever taken in as a guest. */
  welcomed: boolean;
}

/**
 * Serves any number of guests, none of whom can delay another.
 *
 * - Bound: at most `maxGuests` guests, `maxPerAddress` of them from one address, and
 *   {@linkcode MAX_STRANGERS} others. One stranger too many costs the oldest one its place.
 * - Dead guests: one that has fallen silent makes room for the next one, which may be the same one
 *   on another connection.
 * - Faults: whatever fails in a session ends that session alone.
 * - Close: every guest is told why, and given a moment to hear it.
 */
export class GuestServer {
  readonly #options: GuestServerOptions;
  readonly #visitors = new Map<Session, Visitor>();
  readonly #strangers = new Set<Session>();
  readonly #guests = new Set<Session>();
  readonly #running = new Set<Promise<void>>();
  readonly #standstill = new Standstill({ everyMs: TICK_MS });

  /** @param options the parts and the limits */
  constructor(options: GuestServerOptions) {
    this.#options = options;
  }

  /** The guests that are there, with what they were sent. */
  guests(): (SessionCounts & { peer: string })[] {
    return [...this.#guests].map((guest) => ({ peer: guest.peer, ...guest.counts }));
  }

  /**
   * Accepts connections until `stop` is aborted, then sees every guest off. The abort's reason, if
   * it is a text, is what they are told.
   */
  async serve(listener: Listener, stop: AbortSignal): Promise<void> {
    const ticking = setInterval(() => this.#tick(), TICK_MS);
    let farewell: ReturnType<typeof setTimeout> | undefined;
    const close = () => listener.close();
    if (stop.aborted) close();
    else stop.addEventListener("abort", close);
    try {
      await this.#accept(listener, stop);
      const reason = typeof stop.reason === "string" ? stop.reason : "the host was ended";
      for (const session of this.#visitors.keys()) session.end(reason);
      farewell = setTimeout(() => {
        for (const session of this.#visitors.keys()) session.cut(reason);
      }, FAREWELL_MS);
      await Promise.all(this.#running);
    } finally {
      clearTimeout(farewell);
      clearInterval(ticking);
    }
  }

  async #accept(listener: Listener, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      try {
        const connection = await listener.accept();
        if (!greet(connection)) continue;
        const { hostname, port } = connection.remoteAddr;
        this.admit(connection, { address: hostname, peer: withPort(hostname, port) });
      } catch (error) {
        if (stop.aborted) return;
        if (!(error instanceof Error)) throw error;
        this.#options.onTrouble?.(error);
        await pause(ACCEPT_AGAIN_MS, stop);
      }
    }
  }

  /** Takes over a connection, whatever carries it. */
  admit(connection: ByteConnection, origin: Origin): void {
    const { legacy, now } = this.#options;
    if (!legacy) return this.#start(this.#guestSession(connection, origin), origin);
    const session = new LegacySession(connection, {
      peer: origin.peer,
      now,
      onSpeaks: (connection) => this.#start(this.#guestSession(connection, origin), origin),
      onSilent: (session) => {
        const mayStay = this.#receive(session) === undefined;
        if (mayStay) this.#welcomed(session);
        return mayStay;
      },
    });
    this.#start(session, origin);
  }

  #guestSession(connection: ByteConnection, { peer }: Origin): GuestSession {
    const { now, fps, adapt = false, welcome } = this.#options;
    return new GuestSession(connection, {
      peer,
      now,
      fps,
      adapt,
      onHello: (session) => this.#receive(session) ?? welcome(),
      onWelcomed: (session) => this.#welcomed(session),
    });
  }

  #start(session: Session, { address }: Origin): void {
    this.#makeRoomForStranger(address);
    this.#visitors.set(session, { address, welcomed: false });
    this.#strangers.add(session);
    const running = this.#run(session).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Whoever says nothing for the longest has the least to say. */
  #makeRoomForStranger(address: string): void {
    const neighbours = this.#from(address, this.#strangers);
    const limit = Math.max(MAX_STRANGERS_PER_ADDRESS, this.#options.maxPerAddress);
    const oldest = neighbours.length >= limit
      ? neighbours[0]
      : this.#strangers.size >= MAX_STRANGERS
      ? this.#strangers.values().next().value
      : undefined;
    if (!oldest) return;
    this.#strangers.delete(oldest);
    oldest.cut("too many connections that have not said HELLO");
  }

  /** Takes a stranger in as a guest, or says why not. */
  #receive(session: Session): string | undefined {
    const { maxGuests, maxPerAddress } = this.#options;
    const visitor = this.#visitors.get(session)!;
    if (this.#guests.size >= maxGuests && !this.#makeRoomForGuest(this.#guests)) {
      return `the host serves ${maxGuests} guest${
        maxGuests === 1 ? "" : "s"
      } at most (--max-guests)`;
    }
    const neighbours = this.#from(visitor.address, this.#guests);
    if (neighbours.length >= maxPerAddress && !this.#makeRoomForGuest(neighbours)) {
      return `the host serves ${maxPerAddress} guests from one address at most (--max-per-address)`;
    }
    this.#strangers.delete(session);
    this.#guests.add(session);
    visitor.welcomed = true;
    return undefined;
  }

  /** Ends the guest that has been silent for the longest, if one was silent for long enough. */
  #makeRoomForGuest(guests: Iterable<Session>): boolean {
    let silent: Session | undefined;
    for (const guest of guests) {
      const longest = silent?.silentMicros ?? YIELD_AFTER_MICROS;
      if (guest.silentMicros > longest) silent = guest;
    }
    if (!silent) return false;
    this.#dismiss(silent);
    silent.cut("it was silent, and another guest came");
    return true;
  }

  #from(address: string, sessions: Iterable<Session>): Session[] {
    return [...sessions].filter((session) => this.#visitors.get(session)?.address === address);
  }

  #welcomed(session: Session): void {
    this.#options.broadcast.add(session);
    this.#options.onJoin?.(session.peer);
  }

  #dismiss(session: Session): void {
    if (this.#guests.delete(session)) this.#options.broadcast.remove(session);
    this.#strangers.delete(session);
  }

  #tick(): void {
    const lostMicros = this.#standstill.take();
    for (const session of this.#visitors.keys()) {
      try {
        if (lostMicros > 0) session.stoodStill(lostMicros);
        session.tick();
      } catch (error) {
        this.#options.onBug?.(error);
        session.cut("failed");
      }
    }
  }

  async #run(session: Session): Promise<void> {
    const reason = await session.run().catch((error) => {
      this.#options.onBug?.(error);
      session.cut("failed");
      return "failed";
    });
    const { welcomed } = this.#visitors.get(session)!;
    this.#dismiss(session);
    this.#visitors.delete(session);
    if (reason !== undefined) this.#options.onLeave?.(session.peer, reason, welcomed);
  }
}

/** Prepares a connection; `false` for one that is gone already. */
function greet(connection: Deno.TcpConn): boolean {
  try {
    connection.setNoDelay(true);
    return true;
  } catch (error) {
    connection.close();
    if (!isDisconnect(error)) throw error;
    return false;
  }
}
