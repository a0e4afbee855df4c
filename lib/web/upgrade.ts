/**
 * A request that is to become a WebSocket.
 *
 * @module
 */

import type { Context } from "hono";
import type { WebEnvironment } from "./web_app.ts";

/** What a WebSocket is opened with, besides being asked for; Deno throws where it is not so. */
const KEY = /^[\w+/]{22}==$/;

/** Opens the WebSocket that is asked for; an answer that says what is wrong where none can be. */
export function upgrade(
  context: Context<WebEnvironment>,
  options: Deno.UpgradeWebSocketOptions = {},
): Deno.WebSocketUpgrade | Response {
  const { raw, method } = context.req;
  const header = (name: string) => context.req.header(name) ?? "";
  if (method !== "GET" || header("Upgrade").toLowerCase() !== "websocket") {
    return context.text("A WebSocket is opened here\n", 426, { Upgrade: "websocket" });
  }
  const isWhole = /\bupgrade\b/i.test(header("Connection")) &&
    KEY.test(header("Sec-WebSocket-Key"));
  if (!isWhole || header("Sec-WebSocket-Version") !== "13") {
    return context.text("A WebSocket is opened otherwise\n", 400, {
      "Sec-WebSocket-Version": "13",
    });
  }
  return Deno.upgradeWebSocket(raw, options);
}
