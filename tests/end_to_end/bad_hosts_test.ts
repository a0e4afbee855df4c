/** What a guest finds at an address that it cannot use. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { encodeMessage } from "../protocol/all.ts";
import { numberedJpeg } from "../support/numbered_pictures.ts";
import { say, TestHost } from "../support/peers.ts";
import { Program } from "../support/programs.ts";
import { pathIn, SOURCE_TEST, testEndings, toPort } from "./ending_rows.ts";

/** One connection attempt, then an end. */
const ONCE = ["--no-window", "--no-reconnect"];

testEndings("what it finds at an address", [
  // ── The network ──
  {
    what: "the port is in use",
    program: "host",
    options: ({ serve }) => {
      return ["--source=test", "--no-preview", `--port=${serve(() => Promise.resolve())}`];
    },
    line: (options) =>
      `Cannot listen on 127.0.0.1:${pathIn(options[2])}: ` +
      "the address is already in use; another program may have taken the port",
    code: 1,
  },
  {
    what: "an address to listen on that is another computer's",
    program: "host",
    options: [...SOURCE_TEST, "--host=192.0.2.1"],
    line: "Cannot listen on 192.0.2.1:0: this computer does not have that address",
    code: 1,
  },
  {
    what: "an address where nobody listens",
    program: "guest",
    options: ["127.66.66.66", ...ONCE],
    line: "Cannot connect to 127.66.66.66:65432: the connection was refused; nothing listens there",
    code: 1,
  },
  {
    what: "a name that nobody has",
    program: "guest",
    options: ["no-such-host.invalid", ...ONCE],
    line: "Cannot connect to no-such-host.invalid:65432: no name server knows that name",
    code: 1,
  },
  {
    what: "a file to write to in a folder that is not there",
    program: "guest",
    options: ["127.0.0.1", ...ONCE, "--output=.cache/no/such/folder/file.mjpeg"],
    line: "Cannot write .cache/no/such/folder/file.mjpeg: there is no such file or directory",
    code: 1,
  },

  // ── A host that is not ours: of no use to try again ──
  {
    what: "an SSH server",
    program: "guest",
    options: ({ serve }) => {
      return toPort(serve((connection) => say(connection, "SSH-2.0-OpenSSH_9.2p1\r\n")));
    },
    line: "Cannot talk to the host: it is not capturevideo but an SSH server, " +
      'which says "SSH-2.0-OpenSSH_9.2p1"',
    code: 1,
  },
  {
    what: "a web server",
    program: "guest",
    options: ({ serve }) => {
      return toPort(serve(async (connection) => {
        await connection.read(new Uint8Array(1024));
        await say(connection, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
      }));
    },
    line: "Cannot talk to the host: it is not capturevideo but a web server, " +
      'which says "HTTP/1.1 400 Bad Request"',
    code: 1,
  },
  {
    what: "a server of something else, with control characters",
    program: "guest",
    options: ({ serve }) => toPort(serve((connection) => say(connection, "\x1b[31m220 ready\r\n"))),
    line:
      /^Cannot talk to the host: it is not capturevideo but something else, which says "\ufffd\[31m220 ready"$/,
    code: 1,
  },
  {
    what: "another version of the protocol",
    program: "guest",
    options: ({ serve }) => {
      return toPort(serve((connection) => say(connection, "CV\x09\x02\0\0\0\0\0\0\0\0")));
    },
    line: "Cannot read message: the message is of protocol version 9, only version 1 is understood",
    code: 1,
  },
  {
    what: "a host that announces a picture of 4 GB",
    program: "guest",
    options: ({ serve }) => {
      return toPort(serve((connection) => say(connection, "CV\x01\x03\0\0\0\0\xff\xff\xff\xff")));
    },
    line: /^Cannot read message: .*4294967295/,
    code: 1,
  },
  {
    what: "a host that sends what only guests may",
    program: "guest",
    options: ({ serve }) => {
      return toPort(serve(async (connection) => {
        await connection.write(encodeMessage({ type: "ack", sequence: 1 }));
      }));
    },
    line: "Cannot read message: a host may not send ACK",
    code: 1,
  },
  {
    what: "a host that chose a version that was not offered",
    program: "guest",
    options: ({ serve }) => {
      const source = { description: "", width: 0, height: 0, fps: 0, format: "" };
      const welcome = encodeMessage({ type: "welcome", version: 2, host: "test", source });
      return toPort(serve(async (connection) => void await connection.write(welcome)));
    },
    line: "Cannot talk to a host that chose protocol 2: this guest speaks 1",
    code: 1,
  },
  {
    what: "a host that says that coming back is of no use",
    program: "guest",
    options: ({ serve }) => {
      const bye = encodeMessage({ type: "bye", reason: "this host speaks 9", retry: false });
      return toPort(serve(async (connection) => void await connection.write(bye)));
    },
    line: "Cannot go on: the host says this host speaks 9",
    code: 1,
  },
  {
    what: "a server that says nothing",
    program: "guest",
    options: ({ serve }) => [...toPort(serve(() => Promise.resolve())), "--no-reconnect"],
    line: "Cannot go on with the host: it says nothing",
    code: 1,
  },
  {
    what: "a server that closes at once",
    program: "guest",
    options: ({ serve }) => {
      const port = serve(async (connection) => {
        await connection.read(new Uint8Array(1024));
        await connection.closeWrite();
      });
      return [...toPort(port), "--no-reconnect"];
    },
    line: "Cannot talk to the host: it closed the connection without a word",
    code: 1,
  },
]);

Deno.test("guest counts a picture that is damaged, says so, and shows the next", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using guest = Program.start("guest", [
    ...toPort(listener.addr.port),
    ...["--stats=json", "--frames=4"],
  ]);
  using host = await TestHost.accept(listener);
  await host.welcome();
  const whole = await numberedJpeg(1);
  const damaged = [
    whole.subarray(0, whole.length / 2),
    new TextEncoder().encode("this is no picture"),
  ];
  for (const [index, jpeg] of [whole, ...damaged, whole].entries()) {
    const sequence = index + 1;
    await host.send({ type: "frame", sequence, capturedAtMicros: 1, jpeg });
    assert.equal((await host.next("ack")).sequence, sequence);
  }
  const { code, words } = await guest.ending();
  assert.equal(code, 0);
  assert.match(words.join("\n"), /^guest: warning: Cannot decode a JPEG: /m);
  const { received, damaged: counted } = guest.guestStats.at(-1)!;
  assert.deepEqual([received, counted], [4, 2]);
});
