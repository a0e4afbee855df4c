/**
 * Bad input that ends a program, as a table: what is done to which, the line it says, and how it
 * ends. What guests do to a host that goes on stands in bad_guests_test.ts.
 */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { encodeMessage } from "../../lib/protocol/mod.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/folder.ts";
import { numberedJpeg } from "../support/numbered_pictures.ts";
import { say, TestHost } from "../support/peers.ts";
import { Program } from "../support/programs.ts";

/** What a row needs around it, freed when the row is done. */
interface Surroundings {
  readonly folder: TemporaryFolder;
  /** Starts a server that treats each connection so. @returns its port */
  serve(treat: (connection: Deno.TcpConn) => Promise<void>): number;
}

interface EndingRow {
  readonly what: string;
  readonly program: "host" | "guest" | "demo";
  /** Its options; made where the row needs something around it. */
  readonly options: string[] | ((around: Surroundings) => string[] | Promise<string[]>);
  /** Its last line, without the program's name. */
  readonly line: string | RegExp | ((options: readonly string[]) => string);
  readonly code: 1 | 2;
}

/** One connection attempt, then an end. */
const ONCE = ["--no-window", "--no-reconnect"];
const SOURCE_TEST = ["--source=test", "--port=0", "--no-preview"];

const ENDINGS: readonly EndingRow[] = [
  // ── Options ──
  {
    what: "quality 101",
    program: "host",
    options: ["--quality=101"],
    line: '--quality must be an integer from 0 to 100, not "101"',
    code: 2,
  },
  {
    what: "port 70000",
    program: "host",
    options: ["--port=70000"],
    line: '--port must be an integer from 0 to 65535, not "70000"',
    code: 2,
  },
  {
    what: "port 70000",
    program: "guest",
    options: ["--port=70000"],
    line: '--port must be an integer from 1 to 65535, not "70000"',
    code: 2,
  },
  {
    what: "port 70000 behind the address",
    program: "guest",
    options: ["127.0.0.1:70000"],
    line: 'the port in "127.0.0.1:70000" must be an integer from 1 to 65535, not "70000"',
    code: 2,
  },
  {
    what: "an unknown option",
    program: "host",
    options: ["--qualty=80"],
    line: "unknown option --qualty; did you mean --quality?",
    code: 2,
  },
  {
    what: "an option of the other program",
    program: "guest",
    options: ["--source=test"],
    line: "--source is an option of host and demo, not of guest",
    code: 2,
  },

  // ── Sources ──
  ...(["host", "demo"] as const).flatMap((program): EndingRow[] => [
    {
      what: "a file that is not there",
      program,
      options: ["--source=missing.mp4"],
      line: "Cannot open video file missing.mp4: there is no such file; " +
        "a camera is named by its index, as in --source 0",
      code: 1,
    },
    {
      what: "a zero-byte file",
      program,
      options: ({ folder }) => withFile(folder, "empty.mp4", ""),
      line: ([source]) => `Cannot open video file ${pathIn(source)}: it is empty`,
      code: 1,
    },
    {
      what: "a text file",
      program,
      options: ({ folder }) => withFile(folder, "notes.mp4", "no video\n".repeat(1000)),
      line: ([source]) => `Cannot open ${pathIn(source)}: OpenCV finds no video in it`,
      code: 1,
    },
    {
      what: "a directory",
      program,
      options: ({ folder }) => [`--source=${folder.path}/`],
      line: ([source]) => `Cannot open video file ${pathIn(source)}: it is a directory`,
      code: 1,
    },
    {
      what: "a camera that is not there",
      program,
      options: ["--source=97"],
      line: /^Cannot find camera 97: /,
      code: 1,
    },
    {
      what: "a device that is not there",
      program,
      options: ["--source=/dev/video97"],
      line: /^Cannot find camera \/dev\/video97: /,
      code: 1,
    },
    {
      what: "a camera's name that no camera has",
      program,
      options: ["--source=no such camera"],
      line: /^Cannot find camera no such camera: /,
      code: 1,
    },
  ]),

  // ── Windows ──
  {
    what: "no display, and a preview is wanted",
    program: "host",
    options: ["--source=test", "--port=0", "--preview"],
    line: "Cannot open a window: there is no display (DISPLAY is not set); " +
      "set DISPLAY, or use --no-window (guest) or --no-preview (host)",
    code: 1,
  },
  {
    what: "no display",
    program: "guest",
    options: [],
    line: "Cannot open a window: there is no display (DISPLAY is not set); " +
      "set DISPLAY, or use --no-window (guest) or --no-preview (host)",
    code: 1,
  },
  {
    what: "no display",
    program: "demo",
    options: ["--source=test"],
    line: "Cannot open a window: there is no display (DISPLAY is not set); " +
      "set DISPLAY, or use --no-window (guest) or --no-preview (host)",
    code: 1,
  },

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
    what: "a file to write to that is elsewhere",
    program: "guest",
    options: [...ONCE, "--output=/tmp/seen.mjpeg"],
    line: "Cannot write /tmp/seen.mjpeg: the guest may write below its working directory only; " +
      "with --output - the shell can write anywhere",
    code: 1,
  },
  {
    what: "a file to write to in a folder that is not there",
    program: "guest",
    options: [...ONCE, "--output=.cache/no/such/folder/file.mjpeg"],
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
];

for (const { what, program, options, line, code } of ENDINGS) {
  Deno.test(`${program} says what is wrong and ends with ${code}: ${what}`, async () => {
    await using around = await surroundings();
    const args = typeof options === "function" ? await options(around) : options;
    const { words, code: ended } = await Program.run(program, args);
    const last = words.at(-1) ?? "";
    assert.ok(last.startsWith(`${program}: `), words.join("\n"));
    const said = last.slice(program.length + 2);
    if (line instanceof RegExp) assert.match(said, line);
    else assert.equal(said, typeof line === "function" ? line(args) : line);
    assert.doesNotMatch(said, /\.$/, "no period at the end");
    assert.ok(words.every((word) => !/^ +at |bug|warning/.test(word)), words.join("\n"));
    assert.equal(ended, code);
  });
}

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

/** A folder, and servers that end with the row. */
async function surroundings(): Promise<Surroundings & AsyncDisposable> {
  const folder = await temporaryFolder();
  const stack = new AsyncDisposableStack();
  stack.use(folder);
  return {
    folder,
    serve(treat) {
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const connections: Deno.TcpConn[] = [];
      const accepting = (async () => {
        for await (const connection of listener) {
          connections.push(connection);
          await treat(connection);
        }
      })();
      stack.defer(async () => {
        listener.close();
        await accepting;
        for (const connection of connections) connection.close();
      });
      return listener.addr.port;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function withFile(folder: TemporaryFolder, name: string, text: string): Promise<string[]> {
  const path = `${folder.path}/${name}`;
  await Deno.writeTextFile(path, text);
  return [`--source=${path}`];
}

/** What stands behind an option's `=`. */
function pathIn(option: string | undefined): string {
  return option?.replace(/^[^=]*=/, "") ?? "";
}

function toPort(port: number): string[] {
  return [`127.0.0.1:${port}`, "--no-window"];
}
