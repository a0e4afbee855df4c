/**
 * How a page's connection is opened: by a WebSocket, or by requests where there is none.
 *
 * | request | does |
 * | --- | --- |
 * | `GET /connection`, with an upgrade | opens a WebSocket |
 * | `POST /connection` | makes a connection of requests, answers with its name |
 * | `GET /connection/NAME` | its answer carries what the host says |
 * | `POST /connection/NAME` | its body is what the page says; one at a time |
 *
 * Either way the bytes are those of the protocol over TCP. The page that lends its camera asks for
 * `/camera/connection` in the same way.
 *
 * @module
 */

import type { Context } from "hono";
import type { ByteConnection } from "../flow/byte_connection.ts";
import { FetchConnection } from "./fetch_connection.ts";
import { readBody } from "./request_body.ts";
import { upgrade } from "./upgrade.ts";
import type { WebApp, WebEnvironment } from "./web_app.ts";
import { WebSocketConnection } from "./web_socket_connection.ts";

/** So many connections of requests may be there at a time. */
const MAX_CONNECTIONS = 1024;

/** Options of {@linkcode mountConnections}. */
export interface ConnectionRoutesOptions {
  /** Where pages ask for one. */
  readonly path: "/connection" | "/camera/connection";
  /** What a page has said and nobody has read yet may be so long, in bytes. */
  readonly maxWaitingBytes: number;
  /** Takes over a connection that was opened. */
  readonly take: (connection: ByteConnection, context: Context<WebEnvironment>) => void;
}

/** Mounts them. */
export function mountConnections(
  app: WebApp,
  { path, maxWaitingBytes, take }: ConnectionRoutesOptions,
): void {
  const connections = new Map<string, FetchConnection>();
  /** Those of which a body is being read: of two at a time nobody could say which is the first. */
  const heard = new WeakSet<FetchConnection>();

  app.get(path, (context) => {
    // Sessions hear of silence themselves; Deno would set a timer anew with each message.
    const upgraded = upgrade(context, { idleTimeout: 0 });
    if (upgraded instanceof Response) return upgraded;
    take(new WebSocketConnection(upgraded.socket, maxWaitingBytes), context);
    return upgraded.response;
  });

  app.post(path, (context) => {
    if (connections.size >= MAX_CONNECTIONS) {
      return context.text("There are too many connections\n", 503);
    }
    const name = crypto.randomUUID();
    const onClose = () => connections.delete(name);
    const connection = new FetchConnection({ maxWaitingBytes, onClose });
    connections.set(name, connection);
    take(connection, context);
    return context.json({ name }, 201);
  });

  app.get(`${path}/:name`, (context) => {
    // Its answer would be the only one, and nobody would read it.
    if (context.req.method === "HEAD") return context.body(null, 405, { Allow: "GET, POST" });
    const body = connections.get(context.req.param("name"))?.attach();
    if (!body) return context.notFound();
    const headers = { "Content-Type": "application/octet-stream", "Cache-Control": "no-store" };
    return new Response(body, { headers });
  });

  app.post(`${path}/:name`, async (context) => {
    const connection = connections.get(context.req.param("name"));
    if (!connection) return context.notFound();
    if (heard.has(connection)) return context.text("The body before it is still coming\n", 409);
    heard.add(connection);
    const body = await readBody(context.req.raw, maxWaitingBytes);
    heard.delete(connection);
    if ("status" in body) return context.body(null, body.status);
    return context.body(null, connection.take(body.bytes) ? 204 : 413);
  });
}
