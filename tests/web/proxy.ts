/**
 * A proxy between browser and host that lets no WebSocket through, as some do.
 *
 * @module
 */

/** Options of {@linkcode NoWebSockets}. */
export interface ProxyOptions {
  /** What is put before the host's scripts, by their paths. */
  readonly before?: Readonly<Record<string, string>>;
}

/** A running proxy. */
export class NoWebSockets implements AsyncDisposable {
  /** How many WebSockets it has refused. */
  refused = 0;
  readonly #host: URL;
  readonly #before: Readonly<Record<string, string>>;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  /** @param host where it leads to */
  constructor(host: string, { before = {} }: ProxyOptions = {}) {
    this.#host = new URL(host);
    this.#before = before;
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#pass(request),
    );
  }

  /** Where browsers find it. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  async #pass(request: Request): Promise<Response> {
    if (request.headers.has("Upgrade")) {
      this.refused++;
      return new Response(null, { status: 400 });
    }
    const { pathname, search } = new URL(request.url);
    const headers = new Headers(request.headers);
    if (headers.has("Origin")) headers.set("Origin", this.#host.origin);
    const body = request.method === "POST" ? await request.arrayBuffer() : undefined;
    const target = new URL(pathname + search, this.#host);
    const answer = await fetch(target, { method: request.method, headers, ...body && { body } });
    const before = this.#before[pathname];
    if (before === undefined) return answer;
    const ofScript = new Headers(answer.headers);
    ofScript.delete("Content-Length");
    return new Response(before + await answer.text(), { headers: ofScript });
  }
}
