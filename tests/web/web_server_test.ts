/** The server that carries the pages and the pictures. */

import assert from "node:assert/strict";
import { mountFiles } from "../../lib/web/page_files.ts";
import { createWebApp } from "../../lib/web/web_app.ts";
import { WebServer } from "../../lib/web/web_server.ts";
import { WebSocketConnection } from "../../lib/web/web_socket_connection.ts";
import { say } from "../support/peers.ts";

const LOOPBACK = { hostname: "127.0.0.1", port: 0 };

Deno.test("WebServer.start() serves until it is disposed of, then the port is free again", async () => {
  const app = createWebApp({ names: [] });
  app.get("/healthz", (context) => context.text(context.env.remote?.hostname ?? "?"));
  const server = WebServer.start(app, LOOPBACK);
  const answer = await fetch(`${server.url}healthz`);
  assert.equal(await answer.text(), "127.0.0.1");
  const { port } = server.address;
  assert.throws(() => WebServer.start(app, { ...LOOPBACK, port }), {
    message: new RegExp(`^Cannot listen on 127\\.0\\.0\\.1:${port}: the address is already in use`),
  });
  await server[Symbol.asyncDispose]();
  await using again = WebServer.start(app, { ...LOOPBACK, port });
  assert.equal(again.address.port, port);
});

Deno.test("WebServer knows who comes by IPv4 to a socket for both by the address that it has", async () => {
  const app = createWebApp({ names: [] });
  app.get("/", (context) => context.text(context.env.remote?.hostname ?? "?"));
  await using server = WebServer.start(app, { hostname: "::", port: 0 });
  const answer = await fetch(`http://127.0.0.1:${server.address.port}/`);
  assert.equal(await answer.text(), "127.0.0.1");
});

Deno.test("mountFiles() serves what it was given, and nothing beside it by any path", async () => {
  const app = createWebApp({ names: [] });
  await mountFiles(app, ["index.html"]);
  await using server = WebServer.start(app, LOOPBACK);
  const page = await fetch(server.url);
  assert.equal(page.headers.get("Content-Type"), "text/html; charset=utf-8");
  const text = await page.text();
  assert.match(text, /^<!doctype html>/);
  // What it has in common with the other page is in it.
  assert.match(text, /<link rel="stylesheet" href="style\.css">/);
  assert.doesNotMatch(text, /<!--/);
  for (
    const path of [
      "/../web_app.ts",
      "/index.html",
      "/%2e%2e/%2e%2e/deno.json",
      "/..%2fdeno.json",
      "//etc/passwd",
    ]
  ) {
    assert.match(await ask(server, `GET ${path} HTTP/1.1\r\nHost: localhost`), /^HTTP\/1.1 404 /);
  }
});

Deno.test("WebServer answers what is no HTTP, and heads without end, with a status, and goes on", async () => {
  const app = createWebApp({ names: [] });
  app.get("/healthz", (context) => context.text("ok"));
  await using server = WebServer.start(app, LOOPBACK);
  const long = "a".repeat(1 << 20);
  const many = Array.from({ length: 1000 }, (_, n) => `X-${n}: 1`).join("\r\n");
  for (
    const head of [
      "nonsense",
      `GET /${long} HTTP/1.1`,
      `GET / HTTP/1.1\r\nX: ${long}`,
      `GET / HTTP/1.1\r\nHost: localhost\r\n${many}`,
    ]
  ) {
    assert.match(await ask(server, head), /^HTTP\/1.1 4\d\d /, head.slice(0, 30));
  }
  assert.equal(await (await fetch(`${server.url}healthz`)).text(), "ok");
});

Deno.test("WebSocketConnection carries bytes both ways, and ends with either side", async () => {
  const app = createWebApp({ names: [] });
  const ends: string[] = [];
  const sessions: Promise<void>[] = [];
  app.get("/echo", (context) => {
    const { socket, response } = Deno.upgradeWebSocket(context.req.raw);
    sessions.push(echo(new WebSocketConnection(socket, 65_536)).then((end) => void ends.push(end)));
    return response;
  });
  await using server = WebServer.start(app, LOOPBACK);
  const browser = await opened(new WebSocket(`${server.url}echo`));
  const sent = crypto.getRandomValues(new Uint8Array(60_000));
  browser.send(sent);
  assert.deepEqual(await received(browser, sent.length), sent);
  browser.close();
  await sessions[0];

  // Text is not of the protocol, and what is too much closes the connection.
  for (const wrong of ["text", new Uint8Array(100_000)]) {
    const rude = await opened(new WebSocket(`${server.url}echo`));
    const { promise, resolve } = Promise.withResolvers<number>();
    rude.onclose = ({ code }) => resolve(code);
    rude.send(wrong);
    assert.equal(await promise, wrong === "text" ? 1003 : 1009);
    await sessions.at(-1);
  }
  assert.deepEqual(ends, ["end", "ConnectionReset", "ConnectionReset"]);
});

async function echo(connection: WebSocketConnection): Promise<string> {
  const buffer = new Uint8Array(1000);
  try {
    for (let length = await connection.read(buffer); length !== null;) {
      for (let at = 0; at < length;) at += await connection.write(buffer.subarray(at, length));
      length = await connection.read(buffer);
    }
    return "end";
  } catch (error) {
    return (error as Error).name;
  } finally {
    connection.close();
  }
}

function opened(socket: WebSocket): Promise<WebSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<WebSocket>();
  socket.binaryType = "arraybuffer";
  socket.onopen = () => resolve(socket);
  socket.onerror = () => reject(new Error("the WebSocket did not open"));
  return promise;
}

function received(socket: WebSocket, length: number): Promise<Uint8Array> {
  const { promise, resolve } = Promise.withResolvers<Uint8Array>();
  const bytes = new Uint8Array(length);
  let filled = 0;
  socket.onmessage = ({ data }) => {
    bytes.set(new Uint8Array(data), filled);
    filled += data.byteLength;
    if (filled === length) resolve(bytes);
  };
  return promise;
}

/** The first line of the answer to a request's head. */
async function ask(server: WebServer, head: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: server.address.port });
  // An answer may come, and the connection go, before all of a long head was taken.
  const sending = say(connection, `${head}\r\nConnection: close\r\n\r\n`).catch(() => {});
  const answer = new Uint8Array(4096);
  const length = await connection.read(answer);
  await sending;
  return new TextDecoder().decode(answer.subarray(0, length ?? 0)).split("\r\n")[0]!;
}
