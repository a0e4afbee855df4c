/** Others in the network: those who lie, and programs of other makers. */

import assert from "node:assert/strict";
import type { HostJson } from "../../lib/discovery/host_text.ts";
import { Program } from "../support/programs.ts";
import { until } from "../support/until.ts";
import { type Computer } from "./lan.ts";
import { find, network, startGuest, startHost, startLiar } from "./discovery_stage.ts";
import { networkTest } from "./requirements.ts";

networkTest(
  "liars hide no host, and are shown as what they say, without what moves a terminal",
  async () => {
    await using stack = new AsyncDisposableStack();
    const [studio, liar, desk] = await network(3, stack);
    const host = stack.use(startHost(studio!, "--name=studio"));
    await host.line(/^host: found by name/);
    const isStudio = ({ addresses }: HostJson) => addresses.includes(`${studio!.ipv4}:65432`);

    {
      await using _liar = startLiar(liar!, "crowd");
      const hosts = await until("many", async () => {
        const found = await find(desk!);
        return found.length > 10 && found;
      });
      assert.ok(hosts.length <= 17, `${hosts.length} hosts`);
      assert.ok(hosts.some(isStudio));
      await using guest = startGuest(desk!, "studio");
      await guest.line(/^guest: live$/);
    }
    {
      await using _liar = startLiar(liar!, "escapes");
      const chunks: Uint8Array<ArrayBuffer>[] = [];
      await Program.run("guest", ["--find"], {
        namespace: desk!.namespace,
        onOutput: (chunk) => chunks.push(chunk.slice()),
      });
      const text = await new Blob(chunks).text();
      assert.match(text, /\ufffd\[2J\ufffd\]0;pwned/);
      assert.match(text, /studio/);
      assert.match(text, /fits/);
      assert.doesNotMatch(text, /too long/);
      assert.doesNotMatch(text.replaceAll("\n", ""), /[\p{Cc}\p{Bidi_Control}]/u);
      assert.doesNotMatch(text, /127\.0\.0\.1/);
    }
    {
      await using _liar = startLiar(liar!, "garbage");
      assert.ok((await find(desk!)).some(isStudio));
    }
  },
);

networkTest(
  "who claims another's name is shown beside it, and neither is taken for the other",
  async () => {
    await using stack = new AsyncDisposableStack();
    const [studio, liar, desk] = await network(3, stack);
    const host = stack.use(startHost(studio!, "--name=studio"));
    await host.line(/^host: found by name/);
    await using _liar = startLiar(liar!, "claims");
    // The host takes another name, as it must; it can be found all the same.
    await host.line(/^host: found by name: guest "studio \(2\)"$/);
    const hosts = await find(desk!);
    assert.ok(hosts.some(({ addresses }) => addresses.includes(`${studio!.ipv4}:65432`)));
  },
);

/** What Python's zeroconf sees, line by line, and what it announces where it is given a name. */
function startZeroconf({ namespace, ipv4 }: Computer, name = ""): Zeroconf {
  const code = `
import socket, sys, time
from zeroconf import ServiceBrowser, ServiceInfo, Zeroconf
SERVICE = "_capturevideo._tcp.local."
class Listener:
    def add_service(self, zeroconf, kind, name):
        info = zeroconf.get_service_info(kind, name, 3000)
        print("add", name, info.port, info.parsed_addresses(), info.properties, flush=True)
    def update_service(self, zeroconf, kind, name): pass
    def remove_service(self, zeroconf, kind, name): print("remove", name, flush=True)
zeroconf = Zeroconf(interfaces=["${ipv4}"])
if "${name}":
    zeroconf.register_service(ServiceInfo(SERVICE, "${name}." + SERVICE, port=7777,
        addresses=[socket.inet_aton("${ipv4}")], properties={"v": "1"}, server="python.local."))
    print("registered", flush=True)
browser = ServiceBrowser(zeroconf, SERVICE, Listener())
sys.stdin.read()
zeroconf.close()
`;
  const process = new Deno.Command("ip", {
    args: ["netns", "exec", namespace, "/usr/bin/python3", "-c", code],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  let said = "";
  const reading = (async () => {
    for await (const text of process.stdout.pipeThrough(new TextDecoderStream())) said += text;
  })();
  return {
    says: (words) => until(words, () => said.includes(words)).then(() => said),
    async [Symbol.asyncDispose]() {
      await process.stdin.close();
      await process.status;
      await reading;
    },
  };
}

interface Zeroconf extends AsyncDisposable {
  /** Waits for words; everything that was said. */
  says(words: string): Promise<string>;
}

networkTest("Python's zeroconf finds a host, and hears its goodbye", async () => {
  await using stack = new AsyncDisposableStack();
  const [studio, desk] = await network(2, stack);
  const zeroconf = stack.use(startZeroconf(desk!));
  const host = stack.use(startHost(studio!, "--name=studio", "--port=5000"));
  const said = await zeroconf.says("add studio._capturevideo._tcp.local. 5000 ");
  assert.ok(said.includes(studio!.ipv4), said);
  assert.match(said, /b'v': b'1', b'private': b'0'/);
  host.signal("SIGINT");
  assert.equal(await host.ended, 0);
  await zeroconf.says("remove studio._capturevideo._tcp.local.");
});

networkTest("a host leaves the name to who has it already, whatever program that is", async () => {
  await using stack = new AsyncDisposableStack();
  const [studio, desk] = await network(2, stack);
  const zeroconf = stack.use(startZeroconf(desk!, "studio"));
  await zeroconf.says("registered");
  const host = stack.use(startHost(studio!, "--name=studio"));
  await host.line(/^host: found by name: guest "studio \(2\)"$/);
  await zeroconf.says("add studio (2)._capturevideo._tcp.local. 65432 ");
  const hosts = await find(studio!);
  assert.deepEqual(hosts.map(({ name }) => name).sort(), ["studio", "studio (2)"]);
});
