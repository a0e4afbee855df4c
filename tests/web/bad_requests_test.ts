/** What no browser sends: each gets a status or a closed connection, and nobody else notices. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { MessageDecoder } from "../../lib/protocol/decoder.ts";
import { encodeMessage } from "../../lib/protocol/messages.ts";
import { say } from "../support/peers.ts";
import { until } from "../support/until.ts";
import { readParts } from "./parts.ts";
import { WebHost } from "./web_host.ts";

/** A host, and a reader of its stream that must not notice what the test does. */
class Attacked implements AsyncDisposable {
  readonly host: WebHost;
  readonly #reader: ReturnType<typeof readParts>;

  private constructor(host: WebHost, reader: ReturnType<typeof readParts>) {
    this.host = host;
    this.#reader = reader;
  }

  static async start(): Promise<Attacked> {
    const host = await WebHost.start(["--width=320", "--height=240"]);
    return new Attacked(host, readParts((await host.ask("stream")).body!));
  }

  /** Pictures still come, and the host has complained of no error of its own. */
  async isWell(): Promise<void> {
    for (let count = 0; count < 5; count++) assert.ok((await this.#reader.next()).value);
    const complaints = this.host.program.words.filter((line) => /bug|error|warning/i.test(line));
    assert.deepEqual(complaints, []);
  }

  /** The status line of the answer to these bytes, or an empty text where there is none. */
  async answer(request: string): Promise<string> {
    using connection = await this.connect();
    // The host may have answered, and closed, before it was sent all of a long one.
    await say(connection, request).catch(() => {});
    const answer = new Uint8Array(4096);
    const length = await connection.read(answer).catch(() => null);
    return new TextDecoder().decode(answer.subarray(0, length ?? 0)).split("\r\n")[0]!;
  }

  connect(): Promise<Deno.TcpConn> {
    return Deno.connect({ hostname: "127.0.0.1", port: this.host.port });
  }

  /** How a WebSocket ends that says these things. */
  async socket(
    ...says: (string | Uint8Array<ArrayBuffer>)[]
  ): Promise<{ code: number; bye?: string }> {
    const socket = new WebSocket(`${this.host.url}connection`);
    socket.binaryType = "arraybuffer";
    const closed = Promise.withResolvers<number>();
    const decoder = new MessageDecoder({ from: "host" });
    let bye: string | undefined;
    socket.onmessage = ({ data }) => {
      for (const message of decoder.push(new Uint8Array(data))) {
        if (message.type !== "bye") continue;
        bye = message.reason;
        socket.close();
      }
    };
    socket.onopen = () => {
      for (const one of says) if (socket.readyState === WebSocket.OPEN) socket.send(one);
    };
    socket.onclose = ({ code }) => closed.resolve(code);
    const code = await closed.promise;
    return { code, ...bye !== undefined && { bye } };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.return(undefined);
    await this.host[Symbol.asyncDispose]();
  }
}

const HELLO = encodeMessage({ type: "hello", versions: [1], program: "test" });

Deno.test("the web door answers wrong requests with a status", async () => {
  await using attacked = await Attacked.start();
  const local = "Host: localhost\r\nConnection: close\r\n\r\n";
  const statuses: Record<string, string> = {
    [`GET /../../etc/passwd HTTP/1.1\r\n${local}`]: "404",
    [`GET /%2e%2e%2fdeno.json HTTP/1.1\r\n${local}`]: "404",
    [`GET /viewer.js/../../host_door.ts HTTP/1.1\r\n${local}`]: "404",
    [`GET /\0 HTTP/1.1\r\n${local}`]: "400",
    [`DELETE / HTTP/1.1\r\n${local}`]: "405",
    [`POST /snapshot HTTP/1.1\r\nContent-Length: 0\r\n${local}`]: "404",
    [`GET /?action=command HTTP/1.1\r\n${local}`]: "400",
    [`GET /connection HTTP/1.1\r\n${local}`]: "426",
    [`GET /connection/${crypto.randomUUID()} HTTP/1.1\r\n${local}`]: "404",
    [
      `GET /connection HTTP/1.1\r\nOrigin: http://evil.example\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n` +
      `Connection: Upgrade\r\nHost: localhost\r\n\r\n`
    ]: "403",
    [`GET /connection HTTP/1.1\r\nUpgrade: websocket\r\n${local}`]: "400",
    [`HEAD /connection HTTP/1.1\r\nUpgrade: websocket\r\n${local}`]: "426",
    [`HEAD /connection/${crypto.randomUUID()} HTTP/1.1\r\n${local}`]: "405",
    [`GET /${"a".repeat(1 << 20)} HTTP/1.1\r\n${local}`]: "400",
    [`GET / HTTP/1.1\r\nX: ${"a".repeat(1 << 20)}\r\n${local}`]: "400",
    [`\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03${"\0".repeat(500)}`]: "400",
  };
  for (const name of ["evil.example", "a b", "[", "foo:99999", "%zz"]) {
    statuses[`GET /snapshot HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`] = "403";
  }
  for (const [request, status] of Object.entries(statuses)) {
    const line = await attacked.answer(request);
    assert.equal(line.split(" ")[1], status, request.slice(0, 60));
  }
  await attacked.isWell();
});

Deno.test("the web door takes no long, late or endless body", async () => {
  await using attacked = await Attacked.start();
  const made = await attacked.host.ask("connection", { method: "POST" });
  const { name } = await made.json();
  const head = `POST /connection/${name} HTTP/1.1\r\nHost: localhost\r\n`;
  assert.match(await attacked.answer(`${head}Content-Length: 100000\r\n\r\n`), / 413 /);
  assert.match(await attacked.answer(`${head}Content-Length: 1e3\r\n\r\n`), / 4\d\d /);
  assert.match(await attacked.answer(`${head}Transfer-Encoding: chunked\r\n\r\n`), / 411 /);
  const slow = attacked.answer(`${head}Content-Length: 10\r\n\r\nslow`);
  await until(
    "no other beside it",
    async () => / 409 /.test(await attacked.answer(`${head}Content-Length: 0\r\n\r\n`)),
  );
  assert.match(await slow, / 408 |^$/);
  await attacked.isWell();
});

Deno.test("the web door ends WebSockets that say what no guest says", async () => {
  await using attacked = await Attacked.start();
  assert.equal((await attacked.socket("text")).code, 1003);
  assert.equal((await attacked.socket(new Uint8Array(100_000))).code, 1009);
  assert.equal((await attacked.socket(new Uint8Array(20_000_000))).code, 1009);
  assert.match((await attacked.socket(new Uint8Array(64))).bye!, /begin with "CV"/);
  // The host will not have come as far as that.
  const ack = encodeMessage({ type: "ack", sequence: 4_000_000_000 });
  assert.match((await attacked.socket(HELLO, ack)).bye!, /^Cannot accept ACK 4000000000/);
  const status = encodeMessage({ type: "status", camera: "live" });
  assert.match((await attacked.socket(HELLO, status)).bye!, /a guest may not send STATUS/);
  const pings = Array.from({ length: 3000 }, (_, n) => encodeMessage({ type: "ping", t1: n }));
  const flood = await attacked.socket(HELLO, ...pings);
  assert.match(flood.bye ?? String(flood.code), /more than 2000 messages in a second|1009/);
  await attacked.isWell();
});

Deno.test("the web door serves others beside 500 idle connections, and beside heads that never end", async () => {
  await using attacked = await Attacked.start();
  await using idle = new AsyncDisposableStack();
  for (let count = 0; count < 500; count++) {
    const connection = await attacked.connect();
    idle.defer(() => connection.close());
    if (count % 2 > 0) await say(connection, "GET / HTTP/1.1\r\nHost: local");
  }
  await attacked.isWell();
  const answer = await attacked.host.ask("snapshot");
  assert.equal(answer.status, 200);
  await answer.body?.cancel();
});

Deno.test("the web door lets the oldest go of too many connections that say nothing", async () => {
  await using attacked = await Attacked.start();
  const sockets: WebSocket[] = [];
  let closed = 0;
  for (let count = 0; count < 140; count++) {
    const socket = new WebSocket(`${attacked.host.url}connection`);
    const opened = Promise.withResolvers<void>();
    socket.onopen = () => opened.resolve();
    socket.onclose = () => closed++;
    await opened.promise;
    sockets.push(socket);
  }
  await until("the oldest closed", () => closed >= 12);
  await attacked.isWell();
  for (const socket of sockets) socket.close();
  await until("all closed", () => closed === sockets.length);
});

Deno.test("the web door lets the oldest go of too many connections of requests", async () => {
  await using attacked = await Attacked.start();
  for (let count = 0; count < 300; count++) {
    const made = await attacked.host.ask("connection", { method: "POST" });
    assert.equal(made.status, 201);
    await made.body?.cancel();
  }
  await attacked.host.program.line(/too many connections that have not said HELLO$/);
  await attacked.isWell();
});
