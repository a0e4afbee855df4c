/**
 * Who may come in: limits for all clients together, whatever way they come.
 *
 * @module
 */

/** How many clients may be there that are not guests yet. */
export const MAX_PENDING = 1024;
/** Of these, from one address; more where more guests may come from there. */
export const MAX_PENDING_PER_ADDRESS = 128;

/** A guest that was silent for so long gives its place to a new one, in microseconds. */
export const YIELD_AFTER_MICROS = 3_000_000;

/** What has to be known of a client. */
export interface Client {
  /** Where it comes from: clients are counted by that. */
  readonly address: string;
  /** For how long nothing was heard of it, in microseconds. */
  readonly silentMicros: number;
  cut(reason: string): void;
}

/** Limits of an {@linkcode Admission}. */
export interface AdmissionLimits {
  maxGuests: number;
  maxPerAddress: number;
}

/**
 * Counts clients.
 *
 * - Bound: at most `maxGuests` guests, `maxPerAddress` of them from one address, and
 *   {@linkcode MAX_PENDING} clients that are no guests. One of these too many costs the oldest one
 *   its place.
 * - Dead guests: one that has fallen silent makes room for the next one, which may be the same one
 *   on another connection.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #pending = new Set<Client>();
  readonly #guests = new Set<Client>();

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** Gives a place to a client that has yet to say what it wants, until it is disposed of. */
  enter(client: Client): Disposable {
    this.#makeRoomForPending(client);
    this.#pending.add(client);
    return { [Symbol.dispose]: () => this.#remove(client) };
  }

  /** Makes the client a guest. Returns why not, where there is no room. */
  admit(client: Client): string | undefined {
    const { maxGuests, maxPerAddress } = this.#limits;
    // First what only its neighbours can make room for: nobody else is ended for one that is refused.
    const neighbours = neighboursOf(client, this.#guests);
    if (neighbours.length >= maxPerAddress && !this.#makeRoomForGuest(neighbours)) {
      return `the host serves ${maxPerAddress} guests from one address at most (--max-per-address)`;
    }
    if (this.#guests.size >= maxGuests && !this.#makeRoomForGuest(this.#guests)) {
      const guests = maxGuests === 1 ? "guest" : "guests";
      return `the host serves ${maxGuests} ${guests} at most (--max-guests)`;
    }
    this.#pending.delete(client);
    this.#guests.add(client);
    return undefined;
  }

  /** Whoever says nothing for the longest has the least to say. */
  #makeRoomForPending(client: Client): void {
    const neighbours = neighboursOf(client, this.#pending);
    const limit = Math.max(MAX_PENDING_PER_ADDRESS, this.#limits.maxPerAddress);
    const oldest = neighbours.length >= limit
      ? neighbours[0]
      : this.#pending.size >= MAX_PENDING
      ? this.#pending.values().next().value
      : undefined;
    if (!oldest) return;
    this.#remove(oldest);
    oldest.cut("too many connections that have not said HELLO");
  }

  /** Ends the guest that has been silent for the longest, if one was silent for long enough. */
  #makeRoomForGuest(guests: Iterable<Client>): boolean {
    let silent: Client | undefined;
    for (const guest of guests) {
      const longest = silent?.silentMicros ?? YIELD_AFTER_MICROS;
      if (guest.silentMicros > longest) silent = guest;
    }
    if (!silent) return false;
    this.#remove(silent);
    silent.cut("it was silent, and another guest came");
    return true;
  }

  #remove(client: Client): void {
    this.#pending.delete(client);
    this.#guests.delete(client);
  }
}

function neighboursOf({ address }: Client, clients: Iterable<Client>): Client[] {
  return [...clients].filter((client) => client.address === address);
}
