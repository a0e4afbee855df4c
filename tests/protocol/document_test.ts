/** docs/protocol.md against the code: its tables, its examples, and its guest in Python. */
import assert from "node:assert/strict";
import {
  decodeHeader,
  encodeHeader,
  encodeMessage,
  MAX_CAMERAS,
  MAX_CHARACTERS,
  MAX_RELAY_CHARACTERS,
  MAX_RELAYS,
  MAX_VERSIONS,
  type Message,
  MessageDecoder,
  MessageType,
  messageTypeName,
} from "./all.ts";
import { fixture, FIXTURES } from "../jpeg/support.ts";
import { concat, decodeAll } from "./support.ts";

const DOCUMENT = Deno.readTextFileSync(new URL("../../docs/protocol.md", import.meta.url));

/** The contents of the fenced blocks of one language, in order. */
function blocks(language: string): string[] {
  const fences = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms");
  return Array.from(DOCUMENT.matchAll(fences), ([, content]) => content!);
}

/** The bytes in front of the bars. */
function bytesOf(hexBlock: string): Uint8Array {
  const digits = hexBlock.split("\n").map((line) => line.split("|")[0]!.replaceAll(" ", ""));
  return Uint8Array.fromHex(digits.join(""));
}

/** The message as the code has it: bytes where the document writes hex. */
function messageOf(jsonBlock: string): Message {
  return JSON.parse(
    jsonBlock,
    (key, value) => ["jpeg", "nonce", "proof"].includes(key) ? Uint8Array.fromHex(value) : value,
  );
}

const EXAMPLES = blocks("json").map((json, index) => ({
  message: messageOf(json),
  hex: blocks("hex")[index]!,
}));

Deno.test("docs/protocol.md has an example of every message", () => {
  assert.equal(blocks("json").length, blocks("hex").length);
  const shown = new Set(EXAMPLES.map(({ message }) => message.type.toUpperCase()));
  assert.deepEqual(shown, new Set(Object.keys(MessageType)));
});

for (const { message, hex } of EXAMPLES) {
  Deno.test(`docs/protocol.md shows the bytes of its ${message.type}`, () => {
    const bytes = bytesOf(hex);
    const fromGuest = ["hello", "ack", "view", "want"].includes(message.type);
    assert.deepEqual(decodeAll(fromGuest ? "guest" : "host", [bytes]), [message]);
    assert.deepEqual(new Uint8Array(encodeMessage(message)), bytes);
  });

  Deno.test(`docs/protocol.md says what the bytes of its ${message.type} mean`, () => {
    const [header, ...lines] = hex.trim().split("\n");
    const { type, payloadBytes } = decodeHeader(bytesOf(header!));
    assert.match(
      header!,
      new RegExp(`\\| ${messageTypeName(type)}, ${payloadBytes} bytes follow$`),
    );
    for (const line of lines) {
      const meaning = line.split("|")[1]!.trim();
      const bytes = bytesOf(line);
      const number = /(?:sequence|=|captured at) ([\d,]+)/.exec(meaning)?.[1]?.replaceAll(",", "");
      if (/^["{]/.test(meaning)) assert.equal(new TextDecoder().decode(bytes), meaning);
      else if (number) assert.equal(BigInt(`0x${bytes.toHex()}`), BigInt(number));
      else assert.match(meaning, /^the JPEG|^the (nonce|proof)'s first half$|^and its second$/);
    }
  });
}

Deno.test("docs/protocol.md has the types and limits of the code", () => {
  const rows = DOCUMENT.matchAll(
    /^\| +(\d+) +\| ([A-Z]+) +\| (guest|host|both) +\| ([\d,]+)(?:–([\d,]+))? +\|/gm,
  );
  const found = Array.from(rows, ([, type, name, sender, min, max = min]) => {
    const [minBytes, maxBytes] = [min!, max!].map((text) => Number(text.replaceAll(",", "")));
    assert.equal(messageTypeName(Number(type)), name);
    for (const payloadBytes of [minBytes!, maxBytes!]) {
      encodeHeader({ type: Number(type), payloadBytes });
    }
    for (const payloadBytes of [minBytes! - 1, maxBytes! + 1]) {
      assert.throws(() => encodeHeader({ type: Number(type), payloadBytes }), RangeError);
    }
    for (const from of ["guest", "host"] as const) {
      const decoder = new MessageDecoder({ from });
      const header = encodeHeader({ type: Number(type), payloadBytes: maxBytes! });
      const push = () => [...decoder.push(header)];
      if (sender === from || sender === "both") assert.deepEqual(push(), []);
      else assert.throws(push, { message: `Cannot read message: a ${from} may not send ${name}` });
    }
    return name;
  });
  assert.deepEqual(found, Object.keys(MessageType));
});

Deno.test("docs/protocol.md has the limits on text and lists of the code", () => {
  const [connections = ""] = DOCUMENT.split("\n## By NATS\n");
  const rows = connections.matchAll(/^\| `(?:source\.)?(\w+)` +\| text, ≤ (\d+)/gm);
  const limits = Object.fromEntries(Array.from(rows, ([, key, limit]) => [key, Number(limit)]));
  assert.deepEqual(limits, { ...MAX_CHARACTERS });
  assert.match(DOCUMENT, new RegExp(`speaks: 1–${MAX_VERSIONS} entries, each 1–255`));
  assert.match(
    DOCUMENT,
    new RegExp(`is a host: 1–${MAX_RELAYS} entries, each ≤ ${MAX_RELAY_CHARACTERS}`),
  );
  assert.match(DOCUMENT, new RegExp(`the first first: 1–${MAX_CAMERAS} entries, each an object`));
});

/** A host of few words, whose every step is written down. */
class ScriptedHost implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #decoder = new MessageDecoder({ from: "guest" });
  readonly #received: Message[] = [];
  #connection: Deno.TcpConn | undefined;

  get port(): number {
    return this.#listener.addr.port;
  }

  async accept(): Promise<void> {
    this.#connection = await this.#listener.accept();
  }

  async send(...messages: readonly (Message | Uint8Array)[]): Promise<void> {
    const bytes = concat(...messages.map((one) => "type" in one ? encodeMessage(one) : one));
    for (let at = 0; at < bytes.length;) at += await this.#connection!.write(bytes.subarray(at));
  }

  /** The guest's next message, `undefined` at the clean end of its stream. */
  async receive(): Promise<Message | undefined> {
    const buffer = new Uint8Array(100);
    while (this.#received.length === 0) {
      const length = await this.#connection!.read(buffer);
      if (length === null) {
        assert.ok(this.#decoder.isBetweenMessages);
        return undefined;
      }
      this.#received.push(...this.#decoder.push(buffer, length));
    }
    return this.#received.shift();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#connection?.close();
    this.#listener.close();
    return Promise.resolve();
  }
}

/** Runs the document's guest in `folder`. */
function startPythonGuest(folder: string, port: number, frames: number): Deno.ChildProcess {
  const [program] = blocks("python");
  Deno.writeTextFileSync(`${folder}/guest.py`, program!);
  return new Deno.Command("/usr/bin/python3", {
    args: ["guest.py", "127.0.0.1", String(port), String(frames)],
    cwd: folder,
    env: { PYTHONIOENCODING: "utf-8" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function inTemporaryFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const WELCOME: Message = {
  type: "welcome",
  version: 1,
  host: "test",
  source: { description: "script", width: 48, height: 32, fps: 30, format: "" },
};

Deno.test("the guest in docs/protocol.md saves pictures and follows the protocol", async () => {
  await inTemporaryFolder(async (folder) => {
    await using host = new ScriptedHost();
    const guest = startPythonGuest(folder, host.port, FIXTURES.length);
    await host.accept();
    assert.deepEqual(await host.receive(), {
      type: "hello",
      versions: [1],
      program: "Python example",
    });
    const ping = await host.receive();
    assert.ok(ping?.type === "ping");
    // A host whose clock is 1,000 s ahead of the guest's, and answers at once.
    const hostMicros = ping.t1 + 1_000_000_000;
    await host.send(WELCOME, { type: "status", camera: "live" });
    await host.send({ type: "pong", t1: ping.t1, t2: hostMicros, t3: hostMicros });
    await host.send(concat(encodeHeader({ type: 200, payloadBytes: 50 }), new Uint8Array(50)));

    await host.send({ type: "ping", t1: 5 });
    const pong = await host.receive();
    assert.ok(pong?.type === "pong" && pong.t1 === 5 && pong.t3 >= pong.t2 && pong.t2 >= ping.t1);

    let sequence = 0xffff_fffe;
    for (const name of FIXTURES) {
      await host.send({
        type: "frame",
        sequence,
        capturedAtMicros: hostMicros,
        jpeg: fixture(name),
      });
      assert.deepEqual(await host.receive(), { type: "ack", sequence });
      sequence = (sequence + 1) >>> 0;
    }
    assert.deepEqual(await host.receive(), { type: "bye", reason: "enough seen" });
    assert.equal(await host.receive(), undefined);

    const { code, stdout, stderr } = await guest.output();
    assert.deepEqual([code, new TextDecoder().decode(stderr)], [0, ""]);
    const ages = Array.from(
      new TextDecoder().decode(stdout).matchAll(/^frame (\d+): (\d+) bytes, (\d+) µs old$/gm),
      ([, , bytes, age]) => [Number(bytes), Number(age)],
    );
    assert.deepEqual(ages.map(([bytes]) => bytes), FIXTURES.map((name) => fixture(name).length));
    // The offset is off by half of what the answer took to arrive, which is well under a minute.
    assert.ok(ages.every(([, age]) => age! < 60_000_000), String(ages));
    for (const [index, name] of FIXTURES.entries()) {
      assert.deepEqual(Deno.readFileSync(`${folder}/frame-${index + 1}.jpg`), fixture(name));
    }
  });
});

Deno.test("the guest in docs/protocol.md says why it was refused", async () => {
  await inTemporaryFolder(async (folder) => {
    await using host = new ScriptedHost();
    const guest = startPythonGuest(folder, host.port, 1);
    await host.accept();
    assert.equal((await host.receive())?.type, "hello");
    await host.send({ type: "bye", reason: "the host serves 1 guest at most" });
    const { code, stderr } = await guest.output();
    assert.deepEqual([code, new TextDecoder().decode(stderr)], [
      1,
      "the host says: the host serves 1 guest at most\n",
    ]);
  });
});
