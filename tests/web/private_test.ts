/** A private host's page and pictures: HTTPS, and nothing without the key. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { monotonicMicros } from "../../lib/opencv/mod.ts";
import { MAX_WRONG_PROOFS } from "../../lib/privacy/wrong_proofs.ts";
import { Browser, browserTest as test } from "../support/browser.ts";
import { textOf } from "../support/commands.ts";
import { temporaryFolder } from "../support/folder.ts";
import { Program } from "../support/programs.ts";
import { until } from "../support/until.ts";
import { carrier, live, numberOnCanvas, showsAll, words } from "./page_in_browser.ts";
import { WebHost } from "./web_host.ts";

/** An answer, as curl tells of it. */
interface Answer {
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

/** A host for other computers, which is reached by this one's own address. */
class PrivateHost implements AsyncDisposable {
  readonly #stack: AsyncDisposableStack;

  private constructor(
    readonly host: WebHost,
    readonly folder: string,
    stack: AsyncDisposableStack,
  ) {
    this.#stack = stack;
  }

  static async start(args: readonly string[] = []): Promise<PrivateHost> {
    await using stack = new AsyncDisposableStack();
    const { path } = stack.use(await temporaryFolder());
    const env = { XDG_CONFIG_HOME: path };
    const host = stack.use(await WebHost.start(["--share", ...args], { env }));
    return new PrivateHost(host, path, stack.move());
  }

  get port(): number {
    return this.host.port;
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}/`;
  }

  /** The key, as it stands in the link. */
  get key(): string {
    return new URL(this.host.link).hash.slice(1);
  }

  /** Asks as curl does, which takes any certificate here. */
  async ask(path: string, ...args: string[]): Promise<Answer> {
    const url = new URL(path, this.url).href;
    const all = await textOf("curl", ["-ski", "--max-time", "20", ...args, url]);
    const end = all.indexOf("\r\n\r\n");
    const status = Number(/^HTTP\/\S+ (\d+)/.exec(all)?.[1]);
    return { status, headers: all.slice(0, end), body: all.slice(end + 4) };
  }

  async status(path: string, ...args: string[]): Promise<number> {
    const url = new URL(path, this.url).href;
    const wanted = ["-sk", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "20"];
    return Number(await textOf("curl", [...wanted, ...args, url]));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

Deno.test("a private host gives its page to everybody, and all else only to who has the key", async () => {
  await using host = await PrivateHost.start(["--controls-from-page"]);
  assert.match(host.host.link, /^https:\/\/\S+\/#(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}$/);
  for (const path of ["", "viewer.js", "style.css", "healthz"]) {
    assert.equal(await host.status(path), 200, path);
  }
  const guarded = [
    "snapshot",
    "stream",
    "?action=snapshot",
    "?action=stream",
    "state",
    "metrics",
    "controls",
  ];
  for (const path of [...guarded, "connection", "connection/x", "nothing"]) {
    assert.equal(await host.status(path), 401, path);
  }
  assert.equal(await host.status("connection", "-X", "POST"), 401);
  assert.equal(await host.status("controls", "-d", '{"quality":5}'), 401);
  assert.equal(await host.status("controls", "-d", '{"quality":5}', "-u", `:${host.key}`), 200);
  const { headers, body } = await host.ask("snapshot");
  assert.match(headers, /^www-authenticate: Basic realm="capturevideo"/im);
  assert.equal(body, "This host's key is needed\n");
  // The page's own requests bring up no window of the browser's.
  const page = await host.ask("state", "-H", "Sec-Fetch-Mode: cors");
  assert.doesNotMatch(page.headers, /^www-authenticate: Basic/im);
});

Deno.test("a private host takes the key as password, as bearer token, and as cookie", async () => {
  await using host = await PrivateHost.start();
  const loose = host.key.toLowerCase().replaceAll("-", "");
  for (const user of [`:${host.key}`, `admin:${loose}`]) {
    assert.equal(await host.status("snapshot", "-u", user), 200);
  }
  assert.equal(await host.status("state", "-H", `Authorization: Bearer ${host.key}`), 200);
  const { status, headers } = await host.ask("key", "-d", host.key);
  assert.equal(status, 204);
  const [, cookie, attributes] = /^set-cookie: (__Host-[^;]+)(.*)$/im.exec(headers) ?? [];
  for (const attribute of ["HttpOnly", "Secure", "SameSite=Strict", "Path=/"]) {
    assert.ok(attributes?.includes(`; ${attribute}`), attributes);
  }
  assert.equal(await host.status("state", "-b", cookie!), 200);
  assert.equal(await host.status("state", "-b", `${cookie}x`), 401);
  assert.equal(await host.status("state", "-b", cookie!.replace(/=.*/, "=")), 401);
  assert.equal(
    await host.status("state", "-b", cookie!, "-H", "Origin: https://evil.example"),
    403,
  );
  assert.equal(await host.status("", "-H", "Host: evil.example"), 403);
  assert.ok(!host.host.program.lines.some(({ text }) => text.includes(cookie!.split("=")[1]!)));
});

Deno.test("a private host lets nobody guess: after five wrong keys an address has to wait", async () => {
  await using host = await PrivateHost.start();
  const ask = (key: string) => host.status("state", "-u", `:${key}`);
  assert.equal(await ask(host.key), 200);
  for (let count = 0; count < MAX_WRONG_PROOFS; count++) {
    assert.equal(await ask("7K2M-Q9XD-4RTV-H3WB"), 401);
  }
  const { status, headers } = await host.ask("state", "-u", ":7K2M-Q9XD-4RTV-H3WB");
  assert.equal(status, 429);
  assert.match(headers, /^retry-after: 60$/im);
  // The right key has to wait as well: else it could be told from wrong ones.
  assert.equal(await ask(host.key), 429);
  assert.equal(await host.status("key", "-d", host.key), 429);
  assert.equal(await host.status("key", "-d", "x".repeat(300)), 413);
  const { text } = await host.host.program.line(/too many wrong keys/);
  assert.match(text, /127\.0\.0\.1\]?:\d+ ended: too many wrong keys came from its address$/);
  const told = host.host.program.words.filter((line) => /7K2M|Authorization/.test(line));
  assert.deepEqual(told, []);
});

test("the page takes the key out of the link, asks for it otherwise, and keeps it as a cookie", async () => {
  await using host = await PrivateHost.start();
  await using browser = await Browser.start({ flags: ["--ignore-certificate-errors"] });
  const page = await browser.open(host.url);
  await until("the question", async () => await words(page) === "This host's key is needed");
  assert.equal(await numberOnCanvas(page), undefined);
  // What is looked at in between would count as the user's doing, which lets the page refuse.
  for (let count = 0; count < 3; count++) await page.press("Escape");
  await page.until(
    "the question still",
    () => (document.getElementById("ask") as HTMLDialogElement).open,
  );
  const type = (key: string) =>
    page.run((key: string) => {
      (document.getElementById("key") as HTMLInputElement).value = key;
      (document.getElementById("ask-form") as HTMLFormElement).requestSubmit();
    }, key);
  await type("7K2M-Q9XD-4RTV-H3WB");
  await page.until(
    "the fault",
    () => document.getElementById("ask-fault")!.textContent === "That is not this host's key.",
  );
  await type(` ${host.key.toLowerCase()} `);
  await live(page);
  assert.equal(await carrier(page), "websocket");
  assert.equal(await page.run(() => document.cookie), "");
  await page.close();

  // The cookie is enough for the next page, and the link for another browser.
  const next = await browser.open(host.url);
  await live(next);
  await next.close();
  await using other = await Browser.start({ flags: ["--ignore-certificate-errors"] });
  const phone = { width: 390, height: 844, mobile: true };
  const linked = await other.open(`${host.url}#${host.key}`, phone);
  await live(linked);
  await showsAll(linked, () => monotonicMicros() / 1000);
  assert.equal(await carrier(linked), "websocket");
  assert.equal(await linked.run(() => location.href + history.length), `${host.url}2`);
  assert.ok(await until("a number", () => numberOnCanvas(linked)));

  // Another link in the same place loads nothing, and is wiped all the same.
  await linked.run((key: string) => void (location.hash = key), host.key);
  await linked.until("a wiped link", () => !location.href.includes("#"));
  await linked.go("about:blank");
  await linked.go(`${host.url}#%`);
  await linked.until(
    "the fault",
    () => document.getElementById("ask-fault")!.textContent === "That is not this host's key.",
  );
  assert.ok(linked.requested.every((url) => !url.includes(host.key)));
});

test("a new key ends the pages and streams of the old one", async () => {
  await using host = await PrivateHost.start();
  await using browser = await Browser.start({ flags: ["--ignore-certificate-errors"] });
  const page = await browser.open(`${host.url}#${host.key}`);
  await live(page);
  const reading = host.status("stream", "-u", `:${host.key}`);
  await host.host.program.line(/\(stream\) joined/);
  const renewed = await textOf(Deno.execPath(), [
    ...["run", "--quiet", "-A", new URL("../../host.ts", import.meta.url).pathname, "--new-key"],
  ], { env: { XDG_CONFIG_HOME: host.folder } });
  assert.match(renewed, /^(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\n$/);
  await until("the question", async () => await words(page) === "This host's key is needed");
  assert.equal(await reading, 200);
  assert.equal(await host.status("state", "-u", `:${host.key}`), 401);
  assert.equal(await host.status("state", "-u", `:${renewed.trim()}`), 200);
});

Deno.test("--qr draws the link, with the key, so that a reader of codes can read it", async () => {
  await using folder = await temporaryFolder();
  let text = "";
  await using host = await WebHost.start(["--share", "--qr"], {
    env: { XDG_CONFIG_HOME: folder.path },
    onOutput: (chunk) => text += new TextDecoder().decode(chunk),
  });
  const lines = await until("the code", () => {
    const lines = text.trimEnd().split("\n");
    return lines.length > 15 && lines.at(-1)!.length === lines[0]!.length && lines;
  });
  // Each character is two modules, one above the other, each of which becomes 8 by 8 pixels.
  const [upper, lower] = ["█▀", "█▄"];
  const rows = lines.flatMap((line) =>
    [upper!, lower!].flatMap((white) => {
      const row = [...line].flatMap((block) => Array(8).fill(white.includes(block) ? 255 : 0));
      return Array(8).fill(row);
    })
  );
  const image = `${folder.path}/code.pgm`;
  const head = new TextEncoder().encode(`P5 ${rows[0]!.length} ${rows.length} 255\n`);
  await Deno.writeFile(image, Uint8Array.from([...head, ...rows.flat()]));
  assert.equal((await textOf("zbarimg", ["--raw", "-q", image])).trim(), host.link);
});

Deno.test("--cert and --cert-key take the place of the host's own certificate", async () => {
  await using folder = await temporaryFolder();
  const { generate } = await import("selfsigned");
  const made = await generate([{ name: "commonName", value: "studio.example" }], {
    keyType: "ec",
    curve: "P-256",
    extensions: [{
      name: "subjectAltName",
      altNames: [{ type: 2, value: "studio.example" }, { type: 2, value: "*.wide.example" }],
    }],
  });
  const [cert, key] = [`${folder.path}/cert.pem`, `${folder.path}/key.pem`];
  await Deno.writeTextFile(cert, made.cert);
  await Deno.writeTextFile(key, made.private);
  await using host = await PrivateHost.start([`--cert=${cert}`, `--cert-key=${key}`]);
  assert.match(host.host.link, /^https:\/\/studio\.example:/);
  const trusted = async (name: string) =>
    await textOf("curl", [
      ...["-s", "--cacert", cert, "--resolve", `${name}:${host.port}:127.0.0.1`],
      `https://${name}:${host.port}/healthz`,
    ]);
  assert.equal(await trusted("studio.example"), "ok\n");
  assert.equal(await trusted("a.wide.example"), "ok\n");
});

Deno.test("host --web ends with one line where certificate or port are of no use", async () => {
  await using folder = await temporaryFolder();
  const file = `${folder.path}/file.pem`;
  await Deno.writeTextFile(file, "nothing");
  const endOf = async (...args: string[]) => {
    const own = ["--source=test", "--web=0", "--port=0", "--no-preview", "--share"];
    const env = { XDG_CONFIG_HOME: folder.path };
    const { code, words } = await Program.run("host", [...own, ...args], { env });
    return [code, words.at(-1)];
  };
  assert.deepEqual(await endOf(`--cert=${file}`), [
    2,
    "host: --cert and --cert-key need each other",
  ]);
  assert.deepEqual(await endOf(`--cert=${file}`, `--cert-key=${file}`), [
    1,
    `host: Cannot use ${file}: it is not PEM of that kind`,
  ]);
  using taken = Deno.listen({ port: 0 });
  const port = `--web=${taken.addr.port}`;
  const [failed, why] = await endOf(port);
  assert.equal(failed, 1);
  assert.match(String(why), /^host: Cannot listen on .+: the address is already in use/);
  const [code, line] = await endOf("--cert=/nowhere", `--cert-key=${file}`);
  assert.equal(code, 1);
  assert.match(String(line), /^host: Cannot read \/nowhere: /);
});
