import assert from "node:assert/strict";
import { dial } from "../../lib/guest/dial.ts";
import { captureVideoError } from "../support/errors.ts";
import { until } from "../support/until.ts";

const NEVER = new AbortController().signal;

/**
 * Listens, and has no room for another connection before it is told to accept: as if the packets
 * that ask for one were lost.
 */
const DEAF = `
import socket, sys
listener = socket.create_server(("127.0.0.1", 0), backlog=0)
port = listener.getsockname()[1]
filler = socket.create_connection(("127.0.0.1", port))
sys.stdout.write(f"{port}\\n")
sys.stdout.flush()
sys.stdin.readline()
accepted = []
while True:
    accepted.append(listener.accept())
`;

/** A port at which nobody answers until {@linkcode hear} is called. */
class DeafListener implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #port: number;

  private constructor(process: Deno.ChildProcess, port: number) {
    this.#process = process;
    this.#port = port;
  }

  static async start(): Promise<DeafListener> {
    const process = new Deno.Command("/usr/bin/python3", {
      args: ["-c", DEAF],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    let said = "";
    for await (const text of process.stdout.pipeThrough(new TextDecoderStream())) {
      said += text;
      if (said.endsWith("\n")) return new DeafListener(process, Number(said));
    }
    throw new Error("the listener does not start");
  }

  get address() {
    return { hostname: "127.0.0.1", port: this.#port };
  }

  /** Accepts what is asked for from now on. */
  async hear(): Promise<void> {
    const writer = this.#process.stdin.getWriter();
    await writer.write(Uint8Array.of(10));
    writer.releaseLock();
  }

  /** How many connections to it are asked for without an answer, and how many are made. */
  async connections(): Promise<{ asked: number; made: number }> {
    const port = this.#port.toString(16).toUpperCase().padStart(4, "0");
    const { stdout } = await new Deno.Command("sh", { args: ["-c", "cat /proc/net/tcp"] }).output();
    const table = new TextDecoder().decode(stdout);
    const count = (state: string) => table.split(`0100007F:${port} ${state} `).length - 1;
    // One was there before.
    return { asked: count("02"), made: count("01") - 1 };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stdin.close();
    this.#process.kill("SIGKILL");
    await this.#process.status;
  }
}

Deno.test("dial() gives a connection that works both ways", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  using connection = await dial({ hostname: "127.0.0.1", port }, NEVER);
  using other = await listener.accept();
  await connection.write(Uint8Array.of(7));
  const buffer = new Uint8Array(8);
  assert.equal(await other.read(buffer), 1);
  assert.equal(buffer[0], 7);
});

Deno.test({
  name:
    "dial() begins another attempt beside one without an answer, and keeps the first that has one",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using listener = await DeafListener.start();
    const dialling = dial(listener.address, NEVER);
    await until("two attempts", async () => (await listener.connections()).asked >= 2);
    await listener.hear();
    using _connection = await dialling;
    assert.deepEqual(await listener.connections(), { asked: 0, made: 1 });
  },
});

Deno.test({
  name: "dial() gives up where nobody answers, and leaves no attempt behind",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using listener = await DeafListener.start();
    await assert.rejects(
      dial(listener.address, NEVER),
      captureVideoError("connection", /^Cannot connect to 127\.0\.0\.1:\d+: nobody answers there$/),
    );
    assert.deepEqual(await listener.connections(), { asked: 0, made: 0 });
  },
});

Deno.test("dial() throws the system's error when it is refused", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await assert.rejects(
    dial({ hostname: "127.0.0.1", port }, NEVER),
    Deno.errors.ConnectionRefused,
  );
});

Deno.test("dial() ends with its signal, and does not begin with one that was aborted", async () => {
  const stop = new AbortController();
  const reason = new Error("the user has had enough");
  stop.abort(reason);
  await assert.rejects(dial({ hostname: "127.0.0.1", port: 1 }, stop.signal), reason);

  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const later = new AbortController();
  const dialling = dial({ hostname: "127.0.0.1", port }, later.signal);
  later.abort(reason);
  await assert.rejects(dialling, reason);
});
