/**
 * A network camera that sends whatever bytes a test wants, byte by byte as it wants them.
 *
 * @example
 * ```ts ignore
 * import { FakeCamera } from "./fake_camera.ts";
 *
 * await using camera = FakeCamera.start(async ({ write }) => {
 *   await write("HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n", jpeg);
 * });
 * // ... host --source camera.url() ...
 * ```
 * @module
 */

import { isDisconnect, writeAll } from "../../lib/flow/byte_connection.ts";

/** A request that came, and the way back. */
export interface FakeRequest {
  /** The request's first line and headers. */
  readonly head: string;
  /** Counts all requests, from 1. */
  readonly number: number;
  /** Counts the connections, from 1. */
  readonly connection: number;
  /** Resolves when the other side has gone, or the camera is closed. */
  readonly gone: Promise<void>;
  /** Sends these, one after the other. */
  write(...parts: (string | Uint8Array)[]): Promise<void>;
}

/** Answers a request; the connection ends then, unless it returns `"keep"`. */
export type FakeAnswer = (request: FakeRequest) => Promise<unknown>;

/** Listens until it is closed; then all its connections end. */
export class FakeCamera implements AsyncDisposable {
  /** Every request's head, in order. */
  readonly requests: string[] = [];
  readonly #listener: Deno.Listener;
  readonly #scheme: string;
  readonly #answer: FakeAnswer;
  readonly #open = new Set<Deno.Conn>();
  readonly #serving = new Set<Promise<void>>();
  readonly #accepting: Promise<void>;
  #connections = 0;

  private constructor(listener: Deno.Listener, scheme: string, answer: FakeAnswer) {
    this.#listener = listener;
    this.#scheme = scheme;
    this.#answer = answer;
    this.#accepting = this.#accept();
  }

  /** Begins to listen on a free port, or on this one; encrypted where there is a certificate. */
  static start(answer: FakeAnswer, { port = 0, tls }: FakeCameraOptions = {}): FakeCamera {
    const at = { hostname: "127.0.0.1", port };
    return tls
      ? new FakeCamera(Deno.listenTls({ ...at, ...tls }), "https", answer)
      : new FakeCamera(Deno.listen(at), "http", answer);
  }

  /** Its port. */
  get port(): number {
    return (this.#listener.addr as Deno.NetAddr).port;
  }

  /** How many connections there were. */
  get connections(): number {
    return this.#connections;
  }

  /** Its address. */
  url(path = "/stream", userInfo = ""): string {
    return `${this.#scheme}://${userInfo && `${userInfo}@`}127.0.0.1:${this.port}${path}`;
  }

  /** Ends it and all connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    close(this.#listener);
    for (const connection of this.#open) close(connection);
    await this.#accepting;
    await Promise.all(this.#serving);
  }

  async #accept(): Promise<void> {
    try {
      for await (const connection of this.#listener) {
        const serving = this.#serve(connection).finally(() => this.#serving.delete(serving));
        this.#serving.add(serving);
      }
    } catch (error) {
      if (!isDisconnect(error)) throw error;
    }
  }

  async #serve(connection: Deno.Conn): Promise<void> {
    const number = ++this.#connections;
    this.#open.add(connection);
    const heads = headsFrom(connection);
    try {
      for (let next = heads.next();;) {
        const { value: head } = await next;
        if (head === undefined) return;
        this.requests.push(head);
        next = heads.next();
        const outcome = await this.#answer({
          head,
          number: this.requests.length,
          connection: number,
          gone: next.then(() => {}, () => {}),
          write: (...parts) => write(connection, parts),
        });
        if (outcome !== "keep") return;
      }
    } catch (error) {
      if (!isDisconnect(error)) throw error;
    } finally {
      this.#open.delete(connection);
      close(connection);
    }
  }
}

/** Options of {@linkcode FakeCamera.start}. */
export interface FakeCameraOptions {
  /** The port; a free one when left out. */
  readonly port?: number;
  /** Certificate and key in PEM. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** The heads of requests, until the other side has gone. */
async function* headsFrom(connection: Deno.Conn): AsyncGenerator<string, undefined> {
  const buffer = new Uint8Array(4096);
  let text = "";
  for (;;) {
    const end = text.indexOf("\r\n\r\n");
    if (end >= 0) {
      const head = text.slice(0, end);
      text = text.slice(end + 4);
      yield head;
      continue;
    }
    const length = await connection.read(buffer).catch(() => null);
    if (length === null) return undefined;
    text += new TextDecoder().decode(buffer.subarray(0, length));
  }
}

async function write(connection: Deno.Conn, parts: (string | Uint8Array)[]): Promise<void> {
  for (const part of parts) {
    await writeAll(connection, typeof part === "string" ? new TextEncoder().encode(part) : part);
  }
}

function close(connection: { close(): void }): void {
  try {
    connection.close();
  } catch (error) {
    if (!isDisconnect(error)) throw error;
  }
}
