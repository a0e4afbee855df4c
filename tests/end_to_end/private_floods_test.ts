/** What a private host bears from those who never prove anything, while a guest gets pictures. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { loadIdentity } from "../../lib/privacy/identity.ts";
import { temporaryFolder } from "../support/folder.ts";
import { Program } from "../support/programs.ts";
import { startTlsServer } from "../support/tls_server.ts";

const KEY = "7K2M-Q9XD-4RTV-H3WB";
const HALF_OPEN = 1000;
/** The beginning of a ClientHello that says that 16 kB follow. */
const CLIENT_HELLO = Uint8Array.of(0x16, 3, 1, 0x40, 0, 1, 0, 0x3f, 0xfc, 3, 3);

/** A private host, and a guest of it that is shown pictures. */
class Stage extends AsyncDisposableStack {
  readonly host: Program;
  readonly guest: Program;
  readonly port: number;
  readonly #connections: Deno.TcpConn[] = [];

  private constructor(host: Program, guest: Program, port: number) {
    super();
    this.host = this.use(host);
    this.guest = this.use(guest);
    this.port = port;
    this.defer(() => this.#connections.forEach((connection) => connection.close()));
  }

  static async set(folder: string): Promise<Stage> {
    const env = { XDG_CONFIG_HOME: folder, CAPTUREVIDEO_KEY: KEY };
    const host = Program.start("host", [
      ...[
        "--source=test",
        "--width=320",
        "--height=240",
        "--no-preview",
        "--share",
        "--no-announce",
        "--port=0",
      ],
      "--stats=json",
    ], { env });
    const port = await host.port();
    const guest = Program.start("guest", [
      ...[`127.0.0.1:${port}`, "--no-window", "--stats=json"],
    ], { env });
    const stage = new Stage(host, guest, port);
    await guest.line(/^guest: live$/);
    return stage;
  }

  /** Somebody connects, and says something. */
  async comes(bytes: Uint8Array): Promise<Deno.TcpConn> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port: this.port });
    this.#connections.push(connection);
    await connection.write(bytes);
    return connection;
  }

  /** Waits until the guest has got pictures that came from now on, and was never without. */
  async isUndisturbed(): Promise<void> {
    const { received } = await this.guest.guestReport(() => true);
    const later = await this.guest.guestReport((stats) => stats.received > received + 30);
    assert.equal(later.state, "live");
    assert.equal(later.reconnects, 0, this.guest.words.join("\n"));
    assert.doesNotMatch(this.host.words.join("\n"), /this is a bug/);
  }
}

/** What is read of a connection until the host closes it. */
async function readAll(connection: Deno.TcpConn): Promise<number> {
  const buffer = new Uint8Array(65536);
  let bytes = 0;
  try {
    for (;;) {
      const length = await connection.read(buffer);
      if (length === null) return bytes;
      bytes += length;
    }
  } catch (error) {
    assert.ok(error instanceof Deno.errors.ConnectionReset, String(error));
    return bytes;
  }
}

Deno.test("a private host bears 1,000 half-open handshakes, and its guest notices nothing", async () => {
  await using folder = await temporaryFolder();
  await using stage = await Stage.set(folder.path);
  const connections: Deno.TcpConn[] = [];
  for (let count = 0; count < HALF_OPEN; count++) {
    connections.push(await stage.comes(CLIENT_HELLO));
  }
  await stage.isUndisturbed();
  // None was told anything, and none stays.
  const told = await Promise.all(connections.map(readAll));
  assert.equal(Math.max(...told), 0);
  await stage.isUndisturbed();
});

Deno.test("a private host ends handshakes that are slow, garbage, or of an older TLS", async () => {
  await using folder = await temporaryFolder();
  await using stage = await Stage.set(folder.path);
  const slow = await stage.comes(CLIENT_HELLO.subarray(0, 1));
  let isOver = false;
  const dripping = (async () => {
    for (let at = 1; !isOver; at++) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await slow.write(CLIENT_HELLO.subarray(at % CLIENT_HELLO.length).subarray(0, 1));
    }
  })().catch((error) => assert.ok(error instanceof Error));
  const garbage = [
    new Uint8Array(5000).fill(0x16),
    new TextEncoder().encode("GET / HTTP/1.1\r\nHost: studio\r\n\r\n"),
    crypto.getRandomValues(new Uint8Array(3000)),
    // A record that says it is longer than TLS allows.
    Uint8Array.of(0x16, 3, 1, 0xff, 0xff, 1, 0, 0, 0),
  ];
  for (const bytes of garbage) {
    // At most an alert.
    assert.ok(await readAll(await stage.comes(bytes)) <= 7);
  }
  assert.equal(await readAll(slow), 0);
  isOver = true;
  await dripping;
  await stage.host.line(/ended: no HELLO within 5 s$/);
  for (const version of ["-tls1_2", "-tls1_1"]) {
    const { success, stdout } = await new Deno.Command("openssl", {
      args: ["s_client", "-connect", `127.0.0.1:${stage.port}`, version],
      stdin: "null",
    }).output();
    assert.ok(!success || /Cipher is \(NONE\)/.test(new TextDecoder().decode(stdout)), version);
  }
  await stage.isUndisturbed();
});

Deno.test("a private host hears no more of a guest that asks to renegotiate, or sends a certificate", async () => {
  await using folder = await temporaryFolder();
  await using stage = await Stage.set(folder.path);
  // TLS 1.3 has no renegotiation: what OpenSSL sends for an "R" is a line like any other.
  const client = new Deno.Command("openssl", {
    args: ["s_client", "-connect", `127.0.0.1:${stage.port}`, "-quiet"],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = client.stdin.getWriter();
  await writer.write(new TextEncoder().encode("R\nR\nK\n" + "x".repeat(200)));
  await stage.host.line(/ended: Cannot read message: .*does not speak this protocol$/);
  await writer.close().catch(() => {});
  const { stdout } = await client.output();
  assert.equal(stdout.length, 0, "it was told something");
  await stage.isUndisturbed();
});

Deno.test("a guest refuses a host that shows a huge certificate", async () => {
  await using folder = await temporaryFolder();
  const { certificate, privateKey } = await loadIdentity(folder.path);
  await Deno.writeTextFile(`${folder.path}/chain.pem`, `${certificate}\n`.repeat(500));
  await Deno.writeTextFile(`${folder.path}/key.pem`, privateKey);
  await using server = await startTlsServer({
    certificate: `${folder.path}/chain.pem`,
    privateKey: `${folder.path}/key.pem`,
  });
  const { code, words } = await Program.run("guest", [
    ...[`127.0.0.1:${server.port}`, "--no-window", "--no-reconnect"],
  ], { env: { XDG_CONFIG_HOME: folder.path, CAPTUREVIDEO_KEY: KEY } });
  assert.equal(code, 1);
  assert.match(words.at(-1)!, /^guest: Cannot begin TLS: the host speaks it, but what it says/);
});
