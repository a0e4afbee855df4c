/**
 * Hostile connections against a running host, a good guest beside them.
 *
 * @module
 */

import { pause } from "../../lib/flow/timing.ts";
import { TestGuest } from "../support/peers.ts";
import { openDescriptors } from "../support/process_facts.ts";
import { Program } from "../support/programs.ts";
import { type Attack, ON_HOST } from "./attacks.ts";
import type { Random } from "./mutate.ts";
import { strike } from "./strike.ts";
import { descriptorsLeft, growth, type Verdict } from "./verdict.ts";

/** How many connections are open at a time: fewer than one address may have guests. */
const AT_A_TIME = 16;
/** How many connections are begun in a second, at the most. */
const PER_SECOND = 125;
/** The share of the connections after which the host has grown to its size at work. */
const WARM_UP_SHARE = 0.1;
/** How long the good guest's rate is measured in peace, in seconds. */
const PEACE_SECONDS = 8;
/** What the good guest must keep of its rate. */
const KEPT_SHARE = 0.95;

/** Attacks a host, and says what became of it. */
export async function attackHost(connections: number, random: Random): Promise<Verdict[]> {
  await using host = Program.start("host", [
    ...["--source=test", "--width=320", "--height=240", "--port=0", "--no-preview"],
  ]);
  const port = await host.port();
  await using guest = Program.start("guest", [
    ...[`127.0.0.1:${port}`, "--no-window", "--stats=json"],
  ]);
  await guest.guestReport(({ state, receivedFps }) => state === "live" && receivedFps > 25);
  const inPeace = await received(guest, pause(PEACE_SECONDS * 1000, new AbortController().signal));

  const descriptors = await openDescriptors(host.pid);
  const warmUp = Math.ceil(connections * WARM_UP_SHARE);
  let refused = await attack(port, warmUp, random);
  const measure = await growth(host.pid);
  const underAttack = await received(
    guest,
    (async () => {
      refused += await attack(port, connections - warmUp, random);
    })(),
  );
  const grown = await measure();

  using newcomer = await TestGuest.connect(port);
  await newcomer.hello();
  const picture = await newcomer.picture();
  newcomer[Symbol.dispose]();
  const afterwards = await descriptorsLeft(host.pid, descriptors);
  const { reconnects } = guest.guestStats.at(-1)!;
  return [
    { what: "connections refused by the host's system", found: refused, most: 0 },
    {
      what: "frames/s that the good guest lost",
      found: inPeace - underAttack,
      most: inPeace * (1 - KEPT_SHARE),
    },
    { what: "times the good guest had to connect again", found: reconnects, most: 0 },
    { what: "descriptors of the host", found: afterwards, most: descriptors },
    { what: "megabytes the host grew", ...grown },
    { what: "new guests without a picture", found: picture.jpeg.length > 0 ? 0 : 1, most: 0 },
  ];
}

/** The frames a second that a guest receives while something goes on. */
async function received(guest: Program, meanwhile: Promise<unknown>): Promise<number> {
  const before = await guest.guestReport(() => true);
  await meanwhile;
  const after = await guest.guestReport(() => true);
  return (after.received - before.received) / (after.timeSec - before.timeSec);
}

/** Makes so many hostile connections, and counts those that could not be made. */
async function attack(port: number, connections: number, random: Random): Promise<number> {
  const makers = Object.values(ON_HOST);
  const startMs = performance.now();
  const { signal } = new AbortController();
  let begun = 0;
  let refused = 0;
  const attacker = async () => {
    while (begun < connections) {
      const number = begun++;
      const dueMs = startMs + number * 1000 / PER_SECOND;
      await pause(Math.max(0, dueMs - performance.now()), signal);
      if (!await visit(port, makers[number % makers.length]!(random))) refused++;
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, attacker));
  return refused;
}

/** One hostile connection; `false`: it could not be made. */
async function visit(port: number, attack: Attack): Promise<boolean> {
  let connection: Deno.TcpConn;
  try {
    connection = await Deno.connect({ hostname: "127.0.0.1", port });
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    throw error;
  }
  await strike(connection, attack);
  return true;
}
