/** What may come over a page's connection, and what becomes of it. */

import assert from "node:assert/strict";
import { Program } from "../support/programs.ts";
import { testJpeg } from "../opencv/pictures.ts";
import "../support/bridge.ts";
import { MessageDecoder } from "../../lib/protocol/decoder.ts";
import { HEADER_BYTES, MAX_FRAME_PAYLOAD_BYTES } from "../../lib/protocol/header.ts";
import {
  encodeMessage,
  type GuestMessage,
  type Message,
  type PongMessage,
  type WantMessage,
} from "../../lib/protocol/messages.ts";
import { until } from "../support/until.ts";

const HOST = [
  ...["--source=browser", "--web=0", "--port=0", "--linger=0", "--controls-from-page"],
];

/** A page that does what the test says. */
class FakePage implements AsyncDisposable {
  /** With what the host ends it: its BYE, or else the WebSocket's code. */
  readonly closed = Promise.withResolvers<string | number>();
  readonly #socket: WebSocket;
  readonly #opened = Promise.withResolvers<void>();
  readonly #decoder = new MessageDecoder({ from: "guest" });
  readonly #heard: GuestMessage[] = [];
  #sequence = 0;

  private constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onopen = () => this.#opened.resolve();
    this.#socket.onerror = (event) => event.preventDefault();
    this.#socket.onclose = ({ code }) => this.closed.resolve(code);
    this.#socket.onmessage = ({ data }) => {
      for (const message of this.#decoder.push(new Uint8Array(data))) {
        this.#heard.push(message);
        if (message.type !== "bye") continue;
        this.closed.resolve(message.reason);
        this.#socket.close();
      }
    };
  }

  static async open(camera: string, query = ""): Promise<FakePage> {
    const page = new FakePage(`${camera.replace(/^http/, "ws")}/connection${query}`);
    await page.#opened.promise;
    return page;
  }

  /** How many pictures were acknowledged. */
  get acks(): number {
    return this.#heard.filter(({ type }) => type === "ack").length;
  }

  send(data: string | Uint8Array): void {
    if (this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.send(data as Uint8Array<ArrayBuffer>);
    }
  }

  say(message: Message): void {
    this.send(encodeMessage(message));
  }

  /** Sends a JPEG, captured at that time of the host. */
  picture(jpeg: Uint8Array, capturedAtMicros = 0): void {
    this.say({ type: "frame", sequence: ++this.#sequence, capturedAtMicros, jpeg });
  }

  /** Waits for a message, unless it has come. */
  async hears<M extends GuestMessage>(look: (message: GuestMessage) => message is M): Promise<M>;
  async hears(look: (message: GuestMessage) => boolean): Promise<GuestMessage>;
  async hears(look: (message: GuestMessage) => boolean): Promise<GuestMessage> {
    return await until("a message", () => this.#heard.find(look));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await this.closed.promise;
  }
}

const isWant = (message: GuestMessage): message is WantMessage => message.type === "want";

const HELLO: Message = { type: "hello", versions: [1], program: "a page" };
const WELCOME: Message = {
  type: "welcome",
  version: 1,
  host: "a page",
  source: { description: "", width: 0, height: 0, fps: 0, format: "" },
};

async function start() {
  const host = Program.start("host", HOST);
  const { text } = await host.line(/its camera: /);
  return { host, camera: /\S+$/.exec(text)![0] };
}

Deno.test("CameraPage ends what sends no pictures, too long ones or too many, and the next page sends", async () => {
  const { host, camera } = await start();
  await using _host = host;
  await using guest = Program.start("guest", [
    await host.address(),
    "--no-window",
    "--stats=json",
  ]);
  const jpeg = await testJpeg(32, 32);
  const tooLong = encodeMessage({ type: "frame", sequence: 1, capturedAtMicros: 0, jpeg });
  new DataView(tooLong.buffer).setUint32(8, MAX_FRAME_PAYLOAD_BYTES + 1);
  const cases: [end: RegExp, act: (page: FakePage) => void][] = [
    [/^1003$/, (page) => page.send("text")],
    [/where a message should begin with "CV"/, (page) => page.send(new Uint8Array(HEADER_BYTES))],
    [/a host may not send HELLO/, (page) => page.say(HELLO)],
    [/Cannot accept WELCOME from a page/, (page) => page.say(WELCOME)],
    [/the payload of FRAME has 16777217 bytes/, (page) => page.send(tooLong)],
    [/^1009$/, (page) => page.send(new Uint8Array(2 * MAX_FRAME_PAYLOAD_BYTES + 100))],
    // 1,000 pictures at once: three times those that are wanted would be let through.
    [/a page: it sent more than 150 messages in a second|^1006$/, (page) => {
      for (let n = 0; n < 1000; n++) page.picture(jpeg);
    }],
  ];
  for (const [end, act] of cases) {
    await using page = await FakePage.open(camera);
    act(page);
    assert.match(String(await page.closed.promise), end);
  }
  await host.line(/: Cannot keep up with a page: it sent more than 150 messages in a second$/);
  await using page = await FakePage.open(camera);
  const repeat = setInterval(() => page.picture(jpeg), 50);
  await guest.guestReport(({ state }) => state === "live");
  clearInterval(repeat);
  assert.ok(page.acks > 0);
});

Deno.test("CameraPage passes over what is no picture, or too large a one, without a word to guests", async () => {
  const { host, camera } = await start();
  await using _host = host;
  await using guest = Program.start("guest", [await host.address(), "--no-window", "--stats=json"]);
  const jpeg = await testJpeg(32, 32);
  const huge = new Uint8Array(jpeg);
  const sof = huge.findIndex((byte, at) => byte === 0xff && huge[at + 1] === 0xc0);
  huge.set([0x27, 0x10, 0x27, 0x10], sof + 5); // 10,000 x 10,000
  await using page = await FakePage.open(camera);
  const noise = crypto.getRandomValues(new Uint8Array(500));
  for (
    const [odd, line] of [
      [noise, /there is none in its 500 bytes/],
      [jpeg.subarray(0, 300), /there is none in its 300 bytes/],
      [huge, /10000x10000 pixels/],
    ] as const
  ) {
    let n = 0;
    const repeat = setInterval(() => page.picture(n++ % 2 ? jpeg : odd), 40);
    await host.line(line);
    const before = guest.guestStats.at(-1)?.received ?? 0;
    const report = await guest.guestReport(({ received }) => received > before + 10);
    clearInterval(repeat);
    assert.equal(report.damaged, 0);
  }
});

Deno.test("CameraPage keeps one page, which may come again, and tells it the time", async () => {
  const { host, camera } = await start();
  await using _host = host;
  await using first = await FakePage.open(camera, "?page=a");
  assert.deepEqual(await first.hears(isWant), {
    ...{ type: "want", isWanted: false },
    ...{ width: 1280, height: 720, fps: 30, quality: 80 },
  });
  first.say({ type: "ping", t1: 7 });
  const isPong = (message: GuestMessage): message is PongMessage => message.type === "pong";
  const { t1, t2, t3 } = await first.hears(isPong);
  assert.ok(t1 === 7 && t2 <= t3);

  await using second = await FakePage.open(camera, "?page=b");
  assert.equal(await second.closed.promise, "another page sends its camera's picture");
  await using again = await FakePage.open(camera, "?page=a");
  assert.equal(await first.closed.promise, "another page has taken over");
  await using third = await FakePage.open(camera, "?page=b&takeover");
  assert.equal(await again.closed.promise, "another page has taken over");
  await using _guest = Program.start("guest", [await host.address(), "--no-window"]);
  await third.hears((message) => isWant(message) && message.isWanted);
  const changes = { quality: 30, size: "640x480", fps: 100 };
  const changed = await fetch(camera.replace(/camera$/, "controls"), {
    ...{ method: "POST", body: JSON.stringify(changes) },
  });
  assert.equal(changed.status, 200);
  await changed.body?.cancel();
  const isChanged = (message: GuestMessage): message is WantMessage =>
    isWant(message) && message.quality === 30;
  const { width, height, fps } = await third.hears(isChanged);
  assert.deepEqual([width, height, fps], [640, 480, 100]);
  // More at once than was let through at the rate with which it came.
  const jpeg = await testJpeg(32, 32);
  for (let n = 0; n < 300; n++) third.picture(jpeg);
  third.say({ type: "status", camera: "lost", why: "its lens is covered" });
  await host.line(/camera lost: .*: its lens is covered$/);
});

Deno.test("CameraPage is for this host's own pages, and ends with the host", async () => {
  const { host, camera } = await start();
  await using _host = host;
  const foreign = await fetch(`${camera}/connection`, {
    headers: { Origin: "http://evil.example" },
  });
  assert.equal(foreign.status, 403);
  await foreign.body?.cancel();
  const plain = await fetch(`${camera}/connection`);
  assert.equal(plain.status, 426);
  await plain.body?.cancel();
  await using page = await FakePage.open(camera);
  await page.hears(isWant);
  host.signal("SIGINT");
  assert.equal(await page.closed.promise, "the host was ended");
  assert.equal(await host.ended, 0);
});
