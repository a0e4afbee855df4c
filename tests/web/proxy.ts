/**
 * A proxy between browser and host that lets no WebSocket through, as some do.
 *
 * @module
 */

/** A running proxy. */
export class NoWebSockets implements AsyncDisposable {
  /** How many WebSockets it has refused. */
  refused = 0;
  readonly #host: URL;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  /** @param host where it leads to */
  constructor(host: string) {
    this.#host = new URL(host);
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
    return await fetch(target, { method: request.method, headers, ...body && { body } });
  }
}
