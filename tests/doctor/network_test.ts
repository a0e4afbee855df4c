import assert from "node:assert/strict";
import { isHost } from "../../lib/doctor/host.ts";
import { lookAtAddresses, lookAtPort } from "../../lib/doctor/network.ts";
import { Program } from "../support/programs.ts";

const signal = new AbortController().signal;

/** Asks whoever has the port on this computer. */
const askHost = (port: number) => isHost({ hostname: "127.0.0.1", port }, signal);

Deno.test("lookAtPort() tells a free port from a busy one, and says what to type", async () => {
  const listener = Deno.listen({ hostname: "0.0.0.0", port: 0 });
  const { port } = listener.addr;
  const serving = (async () => {
    const connection = await listener.accept();
    await connection.write(new TextEncoder().encode("SSH-2.0-OpenSSH_9.2\r\n"));
    // Until it has been read.
    await connection.read(new Uint8Array(64));
    connection.close();
  })();
  const busy = await lookAtPort(port, askHost);
  await serving;
  listener.close();
  assert.equal(busy.verdict, "stop");
  assert.match(
    busy.what,
    new RegExp(`^Cannot listen on port ${port}: the address is already in use`),
  );
  assert.deepEqual(busy.type, [
    `sudo ss -ltnp 'sport = :${port}'`,
    `deno task host --port ${port === 65_535 ? port - 1 : port + 1}`,
  ]);

  const free = await lookAtPort(port, askHost);
  assert.deepEqual([free.verdict, free.what], ["good", `${port} is free for a host`]);
});

Deno.test("lookAtPort() knows a host of ours that has the port", async () => {
  await using host = Program.start("host", ["--source=test", "--port=0", "--no-preview"]);
  const port = await host.port();
  const { verdict, what } = await lookAtPort(port, askHost);
  assert.deepEqual([verdict, what], ["good", `a host listens on ${port} already`]);
});

Deno.test("isHost() is false where nobody answers in time, or nobody listens", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  assert.equal(await askHost(silent.addr.port), false);
  silent.close();
  assert.equal(await askHost(silent.addr.port), false);
});

Deno.test("lookAtAddresses() names those by which others reach this computer", () => {
  const ipv4 = [{ address: "192.168.1.20", netmask: "255.255.255.0" }];
  const ipv6 = [{ address: "fe80::1", netmask: "" }, { address: "2001:db8::7", netmask: "" }];
  assert.deepEqual(lookAtAddresses([{ name: "eth0", ipv4, ipv6 }]), {
    subject: "network",
    verdict: "good",
    what: "others reach this computer at 192.168.1.20 (eth0), 2001:db8::7 (eth0)",
  });
  assert.equal(lookAtAddresses([]).verdict, "note");
});
