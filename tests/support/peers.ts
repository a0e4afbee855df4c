/**
 * The other end of a connection, played by the test: a guest or a host that does just what it is
 * told, also what no real one does.
 *
 * @example
 * ```ts ignore
 * import { TestGuest } from "./peers.ts";
 *
 * using guest = await TestGuest.connect(port);
 * await guest.hello();
 * const frame = await guest.next("frame");
 * await guest.send({ type: "ack", sequence: frame.sequence });
 * ```
 * @module
 */

import assert from "node:assert/strict";
import {
  encodeMessage,
  type GuestMessage,
  type HostMessage,
  type Message,
  MessageDecoder,
} from "../protocol/all.ts";
import { deadline } from "../../lib/flow/timing.ts";

/** How long a message that must come is waited for, in milliseconds. */
const PATIENCE_MS = 30_000;

type OfType<M extends Message, T extends M["type"]> = Extract<M, { type: T }>;

/** One end of a connection that speaks the protocol. */
class Peer<Received extends Message, Sent extends Message> implements Disposable {
  /** The connection itself, for what the protocol does not allow. */
  readonly connection: Deno.TcpConn;
  readonly #messages: AsyncGenerator<Received, void>;

  protected constructor(connection: Deno.TcpConn, decoder: MessageDecoder) {
    this.connection = connection;
    this.#messages = read(connection, decoder) as AsyncGenerator<Received, void>;
  }

  /** Sends messages, or bytes that are none. */
  async send(...parts: readonly (Sent | Uint8Array)[]): Promise<void> {
    for (const part of parts) {
      const bytes = part instanceof Uint8Array ? part : encodeMessage(part);
      for (let at = 0; at < bytes.length;) at += await this.connection.write(bytes.subarray(at));
    }
  }

  /** The next message of any type; `undefined` once the other side has closed. */
  async receive(): Promise<Received | undefined> {
    const { value } = await deadline(this.#messages.next(), {
      ms: PATIENCE_MS,
      error: () => new Error(`Cannot receive: nothing came for ${PATIENCE_MS / 1000} s`),
    });
    return value ?? undefined;
  }

  /**
   * The next message of one type; those of others are passed over.
   *
   * @throws {Error} when the connection ends before
   */
  async next<T extends Received["type"]>(type: T): Promise<OfType<Received, T>> {
    for (;;) {
      const message = await this.receive();
      if (!message) throw new Error(`Cannot receive ${type}: the connection has ended`);
      if (message.type === type) return message as OfType<Received, T>;
    }
  }

  /** Closes the connection, if the test has not. */
  [Symbol.dispose](): void {
    try {
      this.connection.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }
}

/** A guest in the test's hands. */
export class TestGuest extends Peer<HostMessage, GuestMessage> {
  /** @param connection the connection to the host, owned by the guest */
  constructor(connection: Deno.TcpConn) {
    super(connection, new MessageDecoder({ from: "host" }));
  }

  /** Connects to a host on this machine; nothing is said yet. */
  static async connect(port: number): Promise<TestGuest> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay(true);
    return new TestGuest(connection);
  }

  /** Says HELLO. */
  hello(): Promise<void> {
    return this.send({ type: "hello", versions: [1], program: "test" });
  }

  /** The next picture, acknowledged; PINGs before it are answered. */
  async picture(): Promise<OfType<HostMessage, "frame">> {
    for (;;) {
      const message = await this.receive();
      if (!message) throw new Error("Cannot receive a picture: the connection has ended");
      if (message.type === "ping") await this.send({ ...message, type: "pong", t2: 1, t3: 1 });
      if (message.type !== "frame") continue;
      await this.send({ type: "ack", sequence: message.sequence });
      return message;
    }
  }

  /** What the host says in its BYE. */
  async farewell(): Promise<string> {
    return (await this.next("bye")).reason;
  }
}

/** A host in the test's hands, as one guest sees it. */
export class TestHost extends Peer<GuestMessage, HostMessage> {
  /** @param connection the guest's connection, owned by the host */
  constructor(connection: Deno.TcpConn) {
    super(connection, new MessageDecoder({ from: "guest" }));
  }

  /** Takes the next guest, and its HELLO. */
  static async accept(listener: Deno.TcpListener): Promise<TestHost> {
    const host = new TestHost(await listener.accept());
    await host.next("hello");
    return host;
  }

  /** Says WELCOME, and that the camera is live. */
  welcome(): Promise<void> {
    const source = { description: "test", width: 320, height: 240, fps: 30, format: "" };
    return this.send(
      { type: "welcome", version: 1, host: "test", source },
      { type: "status", camera: "live" },
    );
  }
}

/** A connection and its other end, on this machine. */
export async function connectionPair(): Promise<[Deno.TcpConn, Deno.TcpConn]> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const pair = [listener.accept(), Deno.connect({ hostname: "127.0.0.1", port })] as const;
  const connections = await Promise.all(pair);
  for (const connection of connections) connection.setNoDelay(true);
  return connections;
}

async function* read(
  connection: Deno.TcpConn,
  decoder: MessageDecoder,
): AsyncGenerator<Message, void> {
  const buffer = new Uint8Array(64 * 1024);
  try {
    for (;;) {
      const length = await connection.read(buffer);
      if (length === null) {
        assert.ok(decoder.isBetweenMessages, "the end is in the middle of a message");
        return;
      }
      yield* decoder.push(buffer.slice(0, length));
    }
  } catch (error) {
    // The other side may be killed, and the test may close its own end while it waits.
    const isEnd = error instanceof Deno.errors.ConnectionReset ||
      error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted;
    if (!isEnd) throw error;
  }
}

/** Sends a text in which each character is a byte. */
export async function say(connection: Deno.TcpConn, text: string): Promise<void> {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}
