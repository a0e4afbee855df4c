/** What may come over a page's connection, and what becomes of it. */

import assert from "node:assert/strict";
import { Program } from "../support/programs.ts";
import { testJpeg } from "../opencv/pictures.ts";
import "../support/bridge.ts";
import { concat } from "../protocol/support.ts";
import { until } from "../support/until.ts";

const HOST = [
  ...["--source=browser", "--web=0", "--port=0", "--linger=0", "--controls-from-page"],
];

/** A page that does what the test says. */
class FakePage implements AsyncDisposable {
  readonly closed = Promise.withResolvers<{ code: number; reason: string }>();
  readonly #socket: WebSocket;
  readonly #opened = Promise.withResolvers<void>();
  readonly #heard: Record<string, unknown>[] = [];
  /** How many pictures were acknowledged. */
  acks = 0;

  private constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.#socket.onopen = () => this.#opened.resolve();
    this.#socket.onerror = (event) => event.preventDefault();
    this.#socket.onclose = ({ code, reason }) => {
      this.closed.resolve({ code, reason });
      this.#opened.reject(new Error(`closed with ${code}`));
    };
    this.#socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === "ack") this.acks++;
      this.#heard.push(message);
    };
  }

  static async open(camera: string, query = ""): Promise<FakePage> {
    const page = new FakePage(`${camera.replace(/^http/, "ws")}/connection${query}`);
    await page.#opened.promise;
    return page;
  }

  send(data: string | Uint8Array): void {
    if (this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.send(data as Uint8Array<ArrayBuffer>);
    }
  }

  /** Sends a JPEG, captured at that time of the host. */
  picture(jpeg: Uint8Array, capturedAtMicros = 0): void {
    const time = new DataView(new ArrayBuffer(8));
    time.setFloat64(0, capturedAtMicros);
    this.send(concat(new Uint8Array(time.buffer), jpeg));
  }

  /** Waits for a message, unless it has come. */
  hears(look: (message: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
    return until("a message", () => this.#heard.find(look));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await this.closed.promise;
  }
}

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
  const cases: [code: number, act: (page: FakePage) => void][] = [
    [1003, (page) => page.send("no JSON")],
    [1003, (page) => page.send('{"type":"nothing"}')],
    [1003, (page) => page.send("null")],
    [1003, (page) => page.send(new Uint8Array(8))],
    [1009, (page) => page.send(`"${"x".repeat(1000)}"`)],
    [1009, (page) => page.picture(new Uint8Array(16 * 1024 * 1024))],
    [1008, (page) => {
      for (let n = 0; n < 1000; n++) page.picture(jpeg);
    }],
  ];
  for (const [code, act] of cases) {
    await using page = await FakePage.open(camera);
    act(page);
    const { code: closedWith } = await page.closed.promise;
    // What still comes behind its end may tear the connection before the page reads why.
    assert.ok(
      closedWith === code || code === 1008 && [0, 1006].includes(closedWith),
      `${closedWith}`,
    );
  }
  await host.line(/: too many messages$/);
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
  assert.deepEqual(await first.hears(({ type }) => type === "wanted"), {
    ...{ type: "wanted", isWanted: false },
    ...{ width: 1280, height: 720, fps: 30, quality: 80 },
  });
  const pong = first.hears(({ type }) => type === "pong");
  first.send('{"type":"ping","t1":7}');
  const { t1, t2, t3 } = await pong as Record<string, number>;
  assert.ok(t1 === 7 && t2! <= t3!);

  await using second = await FakePage.open(camera, "?page=b");
  assert.deepEqual(await second.closed.promise, { code: 4001, reason: "another page sends" });
  await using again = await FakePage.open(camera, "?page=a");
  assert.equal((await first.closed.promise).code, 4002);
  await using third = await FakePage.open(camera, "?page=b&takeover");
  assert.equal((await again.closed.promise).code, 4002);
  const wanted = third.hears(({ isWanted }) => isWanted === true);
  await using _guest = Program.start("guest", [await host.address(), "--no-window"]);
  await wanted;
  const changes = { quality: 30, size: "640x480", fps: 10 };
  const changed = await fetch(camera.replace(/camera$/, "controls"), {
    ...{ method: "POST", body: JSON.stringify(changes) },
  });
  assert.equal(changed.status, 200);
  await changed.body?.cancel();
  const { width, height, fps, quality } = await third.hears(({ quality }) => quality === 30);
  assert.deepEqual([width, height, fps, quality], [640, 480, 10, 30]);
  third.send('{"type":"trouble","why":"it\\u001b[2J is dark"}');
  await host.line(/camera lost: .*: it\uFFFD\[2J is dark$/);
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
  await page.hears(({ type }) => type === "wanted");
  host.signal("SIGINT");
  assert.equal((await page.closed.promise).code, 1001);
  assert.equal(await host.ended, 0);
});
