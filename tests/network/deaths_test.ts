/** Every way in which a peer dies: the other side notices, says so, and is back at once. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { Program } from "../support/programs.ts";
import { HostNetwork, type Link } from "./host_network.ts";
import { networkTest } from "./requirements.ts";

const HOST = [
  ...["--source=test", "--width=320", "--height=240", "--no-preview", "--stats=json"],
  ...["--host=0.0.0.0", "--open", "--port=5000"],
];

/** How soon after the host's return there must be a picture, in milliseconds. */
const BACK_WITHIN_MS = 1000;
/** After this the host has freed a guest that is dead, in milliseconds. */
const FREED_WITHIN_MS = 15_000;
/** A guest that was suspended is live again within this time, its reports included. */
const AWAKE_WITHIN_MS = 5000;
/** How long a program is suspended, in milliseconds. */
const SUSPENDED_MS = 60_000;

function startHost(network: HostNetwork): Program {
  return Program.start("host", HOST, { namespace: network.namespace });
}

async function startGuest(link: Link, ...options: string[]): Promise<Program> {
  const guest = Program.start("guest", [
    `${link.hostAddress}:5000`,
    ...["--open", "--no-window", "--stats=json", ...options],
  ], { namespace: link.namespace });
  await guest.line(/^guest: live$/);
  return guest;
}

/** A host, a guest over a link of 50 Mbit/s, and another beside it, both with pictures. */
async function startTwo(stack: AsyncDisposableStack) {
  const network = stack.use(await HostNetwork.create());
  const link = await network.connect({ megabitsPerSec: 50 });
  const beside = await network.connect();
  const host = stack.use(startHost(network));
  await host.port();
  const guest = stack.use(await startGuest(link));
  const other = stack.use(await startGuest(beside));
  await host.hostReport(({ guests }) => guests.length === 2);
  return { link, host, guest, other };
}

/** Waits until the host has forgotten one of two guests; asserts that it was soon enough. */
async function forgetsOne(host: Program, sinceMs: number): Promise<void> {
  await host.hostReport(({ guests }) => guests.length === 1);
  const freedAfterMs = performance.now() - sinceMs;
  assert.ok(freedAfterMs < FREED_WITHIN_MS, `freed after ${freedAfterMs} ms`);
}

/** Nothing that happens to one guest may be noticed by another. */
function assertUndisturbed(other: Program): void {
  assert.ok(other.words.every((line) => !line.includes("lost")), other.words.join("\n"));
}

/** How long after `sinceMs` of `performance.now()` the guest's next picture came. */
async function backAfter(guest: Program, sinceMs: number, linesBefore: number): Promise<number> {
  const { atMs } = await guest.line(/^guest: live$/, linesBefore);
  return atMs - sinceMs;
}

/** Its guest is back within a second of its return. */
async function killHost(): Promise<void> {
  await using network = await HostNetwork.create();
  const link = await network.connect();
  const killed = startHost(network);
  await killed.port();
  await using guest = await startGuest(link);
  killed.signal("SIGKILL");
  await killed.ended;
  await guest.line(/^guest: lost: Cannot go on: /);
  await guest.line(/^guest: lost: Cannot connect to .* the connection was refused/);

  const lines = guest.lines.length;
  await using host = startHost(network);
  const { atMs } = await host.line(/listening/);
  const after = await backAfter(guest, atMs, lines);
  assert.ok(after < BACK_WITHIN_MS, `${after} ms`);
}

/** Both notice, and the guest is back when it is put back. */
async function pullCable(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const { link, host, guest, other } = await startTwo(stack);

  const pulledAtMs = performance.now();
  await link.unplug();
  await guest.line(/^guest: lost: Cannot hear the host: it has fallen silent$/);
  await forgetsOne(host, pulledAtMs);

  const lines = guest.lines.length;
  const pluggedAtMs = performance.now();
  await link.plug();
  const after = await backAfter(guest, pluggedAtMs, lines);
  // The system asks once a second who has the address; only then can anything be sent.
  assert.ok(after < BACK_WITHIN_MS + 1000, `${after} ms`);
  assertUndisturbed(other);
}

/** A guest that is not to reconnect ends with 1 when the host falls silent. */
async function loseForGood(): Promise<void> {
  await using network = await HostNetwork.create();
  const link = await network.connect();
  await using host = startHost(network);
  await host.port();
  await using guest = await startGuest(link, "--no-reconnect");
  await link.unplug();
  const { code, words } = await guest.ending();
  assert.equal(code, 1);
  assert.equal(words.at(-1), "guest: Cannot go on with the host: no picture for 10 s");
}

/** Its guest says so, and sees the newest picture at once. */
async function suspendHost(): Promise<void> {
  await using network = await HostNetwork.create();
  const link = await network.connect({ megabitsPerSec: 50 });
  await using host = startHost(network);
  await host.port();
  await using guest = await startGuest(link);
  const suspendedAtMs = performance.now();
  host.signal("SIGSTOP");
  await guest.line(/^guest: lost: Cannot hear the host: it has fallen silent$/);
  while (performance.now() - suspendedAtMs < SUSPENDED_MS) await guest.guestReport(() => true);

  const lines = guest.lines.length;
  const sinceMs = performance.now();
  host.signal("SIGCONT");
  const after = await backAfter(guest, sinceMs, lines);
  assert.ok(after < BACK_WITHIN_MS, `${after} ms`);
  await guest.guestReport(() => true);
  const { ageMsMax } = await guest.guestReport(({ state }) => state === "live");
  assert.ok(ageMsMax !== null && ageMsMax < 1000, `a picture ${ageMsMax} ms old`);
  await host.hostReport(({ guests }) => guests.length === 1);
}

/** The host forgets it, and it is back within 5 s. */
async function suspendGuest(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const { host, guest, other } = await startTwo(stack);
  const suspendedAtMs = performance.now();
  guest.signal("SIGSTOP");
  await forgetsOne(host, suspendedAtMs);
  while (performance.now() - suspendedAtMs < SUSPENDED_MS) await other.guestReport(() => true);

  const sinceMs = performance.now();
  guest.signal("SIGCONT");
  await host.hostReport(({ guests }) => guests.length === 2);
  await guest.guestReport(() => true);
  const { ageMsMax } = await guest.guestReport(({ state }) => state === "live");
  assert.ok(ageMsMax !== null && ageMsMax < 1000, `a picture ${ageMsMax} ms old`);
  const after = performance.now() - sinceMs;
  assert.ok(after < AWAKE_WITHIN_MS, `${after} ms`);
  assertUndisturbed(other);
}

networkTest(
  "a peer that dies, or is suspended for a minute: the other says so, and is back at once",
  async (t) => {
    const step = (name: string, fn: () => Promise<unknown>) =>
      t.step({
        name,
        fn: async () => void await fn(),
        sanitizeOps: false,
        sanitizeResources: false,
      });
    await step("a host that is killed, and started again", killHost);
    // In that minute nothing happens, and there is time for what takes its time as well.
    const suspending = Promise.all([suspendHost(), suspendGuest()]);
    suspending.catch(() => {}); // it is told in its step
    await step("a cable that is pulled, and put back", pullCable);
    await step("a host that falls silent for a guest with --no-reconnect", loseForGood);
    await step("a host, and a guest, that were suspended", () => suspending);
  },
);

Deno.test("guest says that a name is not known, and ends with 1 where it is not to try again", async () => {
  const { code, words } = await Program.run("guest", [
    ...["nobody.invalid:5000", "--no-window", "--no-reconnect"],
  ]);
  assert.equal(code, 1);
  assert.match(words.at(-1) ?? "", /^guest: Cannot connect to nobody\.invalid:5000: /);
});
