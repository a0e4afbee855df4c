/**
 * Bad input from guests, as a table: what each does to a host, and what the host says of it. The
 * host goes on, and a good guest beside them must not notice.
 */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { encodeHeader, encodeMessage, MessageType } from "../protocol/all.ts";
import { temporaryFolder } from "../support/folder.ts";
import { numbersOf } from "../support/numbered_pictures.ts";
import { say, TestGuest } from "../support/peers.ts";
import { openDescriptors } from "../support/process_facts.ts";
import { Program } from "../support/programs.ts";
import { until } from "../support/until.ts";

const SOURCE_TEST = ["--source=test", "--port=0", "--no-preview"];

interface GuestRow {
  readonly what: string;
  /** What the guest does; resolves when the host has had all of it. */
  readonly does: (guest: TestGuest) => Promise<void>;
  /** What the host says in its BYE; `undefined` where it says none. */
  readonly bye: string | RegExp | undefined;
  /** What the host's log says behind `127.0.0.1:port ended: `. */
  readonly line: string | RegExp;
}

/** The same words in BYE and log. */
function says(line: string | RegExp): Pick<GuestRow, "bye" | "line"> {
  return { bye: line, line };
}

const GUESTS: readonly GuestRow[] = [
  {
    what: "speaks HTTP",
    does: (guest) => say(guest.connection, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ...says(/^Cannot read message: the other side sent "GET \/ HTTP\/1" where a message should/),
  },
  {
    what: "sends zeros",
    does: (guest) => guest.send(new Uint8Array(100)),
    ...says(/^Cannot read message: the other side sent/),
  },
  {
    what: "announces a HELLO of 4 GB",
    does: (guest) => say(guest.connection, "CV\x01\x01\0\0\0\0\xff\xff\xff\xff"),
    ...says(/^Cannot read message: .*4294967295/),
  },
  {
    what: "sends a HELLO that is no JSON",
    does: (guest) => {
      const payload = new TextEncoder().encode('{"versions":');
      return guest.send(
        encodeHeader({ type: MessageType.HELLO, payloadBytes: payload.length }),
        payload,
      );
    },
    ...says("Cannot read message: the payload of HELLO is not JSON in UTF-8"),
  },
  {
    what: "speaks another version only",
    does: (guest) => guest.send({ type: "hello", versions: [9], program: "test" }),
    ...says("Cannot talk to a guest of protocol 9: this host speaks 1"),
  },
  {
    what: "begins with something else than HELLO",
    does: (guest) => guest.send({ type: "ack", sequence: 1 }),
    ...says("Cannot accept ACK from a guest: the first message is HELLO"),
  },
  {
    what: "says HELLO twice",
    does: async (guest) => {
      await guest.hello();
      await guest.next("welcome");
      await guest.hello();
    },
    ...says("Cannot accept HELLO from a guest: it was said before"),
  },
  {
    what: "sends a picture",
    does: async (guest) => {
      await guest.hello();
      await guest.next("welcome");
      const frame = { type: "frame", sequence: 1, capturedAtMicros: 1, jpeg: new Uint8Array(9) };
      await guest.send(encodeMessage(frame as Parameters<typeof encodeMessage>[0]));
    },
    ...says("Cannot read message: a guest may not send FRAME"),
  },
  {
    what: "acknowledges a frame that was never sent",
    does: async (guest) => {
      await guest.hello();
      const { sequence } = await guest.next("frame");
      await guest.send({ type: "ack", sequence: sequence + 1000 });
    },
    ...says(/^Cannot accept ACK \d+: frame \d+ is the next to be acknowledged$/),
  },
  {
    what: "sends 10,000 PINGs at once",
    does: async (guest) => {
      await guest.hello();
      await guest.next("welcome");
      const ping = encodeMessage({ type: "ping", t1: 1 });
      const flood = new Uint8Array(10_000 * ping.length);
      for (let at = 0; at < flood.length; at += ping.length) flood.set(ping, at);
      await guest.send(flood);
    },
    ...says("Cannot keep up with a guest: it sent more than 2000 messages in a second"),
  },
  {
    what: "leaves in the middle of a message",
    does: async (guest) => {
      await guest.hello();
      await guest.next("frame");
      await guest.send(encodeMessage({ type: "ping", t1: 1 }).subarray(0, 7));
      guest.connection.close();
    },
    bye: undefined,
    line: /^(left in the middle of a message|connection lost)$/,
  },
  {
    what: "says BYE and stays",
    does: async (guest) => {
      await guest.hello();
      await guest.next("frame");
      await guest.send({ type: "bye", reason: "enough, \x1b[31mreally" });
    },
    bye: undefined,
    line: "enough, \ufffd[31mreally",
  },
];

Deno.test("host goes on, and its good guest gets every picture", async (test) => {
  await using folder = await temporaryFolder();
  // So few pictures a second that each has its time also on a busy machine: none may be missing.
  await using host = Program.start("host", [
    ...SOURCE_TEST,
    ...["--width=320", "--height=240", "--fps=5", "--stats=json"],
  ]);
  const port = await host.port();
  const output = `${folder.path}/seen.mjpeg`;
  await using good = Program.start("guest", [
    `127.0.0.1:${port}`,
    ...["--no-window", "--stats=json", `--output=${output}`],
  ]);
  await good.line(/^guest: live$/);
  await host.hostReport(({ camera }) => camera === "live");
  const descriptors = await openDescriptors(host.pid);

  using silent = await TestGuest.connect(port);
  using stuck = await TestGuest.connect(port);
  await stuck.hello();

  for (const { what, does, bye, line } of GUESTS) {
    await test.step(`when a guest ${what}`, async () => {
      const guest = await TestGuest.connect(port);
      const peer = portOf(guest);
      await does(guest);
      if (bye !== undefined) {
        assertSays(await guest.farewell(), bye);
        guest[Symbol.dispose]();
      }
      const ended = new RegExp(`^host: 127\\.0\\.0\\.1:${peer} ended: `);
      const { text } = await host.line(ended);
      assertSays(text.replace(ended, ""), line);
      guest[Symbol.dispose]();
    });
  }

  await test.step("when a guest connects and says nothing", async () => {
    assert.equal(await silent.farewell(), "no HELLO within 5 s");
    await host.line(new RegExp(`:${portOf(silent)} ended: no HELLO within 5 s$`));
  });

  await test.step("when 1,000 guests connect at once", async () => {
    const connections = await Promise.all(
      Array.from({ length: 1000 }, () => Deno.connect({ hostname: "127.0.0.1", port })),
    );
    // The good guest is served all the while.
    const { received } = good.guestStats.at(-1)!;
    await good.guestReport((stats) => stats.received >= received + 10);
    for (const connection of connections) connection.close();
  });

  await test.step("when a guest stops reading", async () => {
    await host.line(new RegExp(`:${portOf(stuck)} ended: no(thing| frame) .* for 10 s$`));
  });

  await test.step("and keeps nothing of them", async () => {
    silent[Symbol.dispose]();
    stuck[Symbol.dispose]();
    await host.hostReport(({ guests }) => guests.length === 1);
    await until("the descriptors freed", async () => {
      return await openDescriptors(host.pid) === descriptors;
    });
  });

  good.signal("SIGINT");
  assert.equal((await good.ending()).code, 0);
  const numbers = await numbersOf(await Deno.readFile(output));
  assert.deepEqual(numbers, numbers.map((_, index) => numbers[0]! + index));
});

function portOf(guest: TestGuest): number {
  return (guest.connection.localAddr as Deno.NetAddr).port;
}

function assertSays(text: string, expected: string | RegExp): void {
  if (typeof expected === "string") assert.equal(text, expected);
  else assert.match(text, expected);
}
