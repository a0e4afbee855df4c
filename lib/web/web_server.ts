/**
 * Serves an application over HTTP, or HTTPS.
 *
 * @module
 */

import { withPort } from "../cli/address.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { describeError } from "../text/error_text.ts";
import type { WebApp } from "./web_app.ts";

/** How long an answer under way may go on once the server is to end, in milliseconds. */
const FAREWELL_MS = 600;

/** A certificate and its key, both in PEM. */
export interface WebCertificate {
  /** The certificate, and those between it and the authority. */
  readonly certificate: string;
  readonly privateKey: string;
}

/** Options of {@linkcode WebServer.start}. */
export interface WebServerOptions {
  readonly hostname: string;
  /** The port; 0 takes a free one. */
  readonly port: number;
  /** What the host is known by; plain HTTP without it. */
  readonly tls?: WebCertificate | undefined;
}

/**
 * A server from the moment it listens.
 *
 * - Close: no connection is taken any more; answers under way have a moment, then are cut.
 */
export class WebServer implements AsyncDisposable {
  readonly address: Deno.NetAddr;
  readonly isSecure: boolean;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #cut: AbortController;

  private constructor(
    server: Deno.HttpServer<Deno.NetAddr>,
    { cut, isSecure }: { cut: AbortController; isSecure: boolean },
  ) {
    this.#server = server;
    this.#cut = cut;
    this.isSecure = isSecure;
    this.address = server.addr;
  }

  /**
   * Listens.
   *
   * @throws {CaptureVideoError} `connection`, when the address cannot be listened on
   */
  static start(app: WebApp, { hostname, port, tls }: WebServerOptions): WebServer {
    // Deno looks at it once, when a WebSocket is opened first: it then copies what is sent once less.
    Deno.env.set("DENO_USE_WRITEV", "1");
    const cut = new AbortController();
    const secrets = tls && { cert: tls.certificate, key: tls.privateKey };
    try {
      const server = Deno.serve(
        { hostname, port, signal: cut.signal, onListen: () => {}, ...secrets },
        (request, { remoteAddr }) => app.fetch(request, { remote: asItIs(remoteAddr) }),
      );
      return new WebServer(server, { cut, isSecure: tls !== undefined });
    } catch (error) {
      const { line, expected } = describeError(error, `listen on ${withPort(hostname, port)}`);
      throw expected ? new CaptureVideoError("connection", line, { cause: error }) : error;
    }
  }

  /** Where a browser on this computer finds it. */
  get url(): string {
    const { hostname, port } = this.address;
    const name = hostname === "0.0.0.0" || hostname === "::" ? "localhost" : hostname;
    return `${this.isSecure ? "https" : "http"}://${withPort(name, port)}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const timer = setTimeout(() => this.#cut.abort(), FAREWELL_MS);
    await this.#server.shutdown();
    clearTimeout(timer);
  }
}

/** Whoever comes by IPv4 to a socket for both is known by the address that it has. */
function asItIs(address: Deno.NetAddr): Deno.NetAddr {
  return { ...address, hostname: address.hostname.replace(/^::ffff:(?=\d+\.)/i, "") };
}
