/**
 * Running guests, and a host that means them harm.
 *
 * @module
 */

import type { GuestStats } from "../../lib/cli/stats.ts";
import { pause } from "../../lib/flow/timing.ts";
import { openDescriptors } from "../support/process_facts.ts";
import { Program } from "../support/programs.ts";
import { ON_GUEST } from "./attacks.ts";
import type { Random } from "./mutate.ts";
import { strike } from "./strike.ts";
import { descriptorsLeft, type Growth, growth, type Verdict } from "./verdict.ts";

/** Each connects again after half a second or so: several make more connections of a minute. */
const GUESTS = 4;
/** The share of the time after which a guest has grown to its size at work. */
const WARM_UP_SHARE = 0.25;

/** What came of it. */
export interface GuestAttack {
  /** How many connections were hostile. */
  readonly connections: number;
  /** What is held against the guests. */
  readonly verdicts: readonly Verdict[];
}

/** Attacks guests for so long, and says what became of them. */
export async function attackGuests(seconds: number, random: Random): Promise<GuestAttack> {
  await using guests = new AsyncDisposableStack();
  const programs: Program[] = [];
  const descriptors: number[] = [];
  let port = 0;
  {
    // Whoever has seen a picture comes again, whatever the host does then.
    await using host = startHost(0);
    port = await host.port();
    for (let count = 0; count < GUESTS; count++) {
      const args = [`127.0.0.1:${port}`, "--no-window", "--stats=json"];
      programs.push(guests.use(Program.start("guest", args)));
    }
    for (const guest of programs) {
      await guest.guestReport(isWell);
      descriptors.push(await openDescriptors(guest.pid));
    }
  }

  using listener = Deno.listen({ hostname: "127.0.0.1", port });
  const attacking = attack(listener, random);
  const { signal } = new AbortController();
  await pause(seconds * 1000 * WARM_UP_SHARE, signal);
  const measures: (() => Promise<Growth>)[] = [];
  for (const { pid } of programs) measures.push(await growth(pid));
  await pause(seconds * 1000 * (1 - WARM_UP_SHARE), signal);
  const grown: Growth[] = [];
  for (const measure of measures) grown.push(await measure());
  listener.close();
  const connections = await attacking;

  await using _host = startHost(port);
  const verdicts: Verdict[] = [];
  for (const [index, guest] of programs.entries()) {
    await guest.guestReport(isWell);
    const name = `guest ${index + 1}`;
    const most = descriptors[index]!;
    const found = await descriptorsLeft(guest.pid, most);
    verdicts.push({ what: `descriptors of ${name}`, found, most });
    verdicts.push({ what: `megabytes that ${name} grew`, ...grown[index]! });
  }
  return { connections, verdicts };
}

function startHost(port: number): Program {
  const size = ["--width=320", "--height=240"];
  return Program.start("host", ["--source=test", ...size, `--port=${port}`, "--no-preview"]);
}

function isWell({ state, receivedFps }: GuestStats): boolean {
  return state === "live" && receivedFps > 20;
}

/** Answers whoever connects with an attack, until the listener is closed: how many there were. */
async function attack(listener: Deno.TcpListener, random: Random): Promise<number> {
  const makers = Object.values(ON_GUEST);
  const strikes: Promise<void>[] = [];
  for await (const connection of listener) {
    strikes.push(strike(connection, makers[strikes.length % makers.length]!(random)));
  }
  await Promise.all(strikes);
  return strikes.length;
}
