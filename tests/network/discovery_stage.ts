/**
 * Hosts, guests, and those who lie to them, on computers of one network.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { HostJson } from "../../lib/discovery/host_text.ts";
import { Program } from "../support/programs.ts";
import { until } from "../support/until.ts";
import { type Computer, Lan } from "./lan.ts";

/** A source that costs little. */
export const SMALL = ["--source=test", "--width=320", "--height=240", "--no-preview"];

/** A host that others can reach. */
export function startHost({ namespace }: Computer, ...options: string[]): Program {
  return Program.start("host", [...SMALL, "--host=::", "--open", ...options], { namespace });
}

/** A guest without a window. */
export function startGuest({ namespace }: Computer, ...options: string[]): Program {
  return Program.start("guest", ["--no-window", "--stats=json", "--open", ...options], {
    namespace,
  });
}

/** What `guest --find --json` prints. */
export async function find({ namespace }: Computer): Promise<HostJson[]> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const onOutput = (chunk: Uint8Array) => chunks.push(chunk.slice());
  const { code, words } = await Program.run("guest", ["--find", "--json"], { namespace, onOutput });
  const hosts: HostJson[] = JSON.parse(await new Blob(chunks).text());
  assert.equal(code, hosts.length > 0 ? 0 : 1, words.join("\n"));
  return hosts;
}

/** Computers in one network, as long as the stack. */
export async function network(count: number, stack: AsyncDisposableStack, families?: (4 | 6)[]) {
  const lan = stack.use(await Lan.create(families ? { families } : {}));
  const computers: Computer[] = [];
  for (let number = 0; number < count; number++) computers.push(await lan.join());
  return computers;
}

/** A program that lies to the whole network, as long as the test lasts. */
export function startLiar({ namespace, ipv4 }: Computer, lie: string): AsyncDisposable {
  const script = decodeURIComponent(new URL("./mdns_sender.py", import.meta.url).pathname);
  const process = new Deno.Command("ip", {
    args: ["netns", "exec", namespace, "/usr/bin/python3", script, ipv4, lie],
    stdout: "null",
  }).spawn();
  return {
    async [Symbol.asyncDispose]() {
      process.kill();
      await process.status;
    },
  };
}

/** Listens for records with no time left. */
export class Goodbyes implements AsyncDisposable {
  /** Resolves when it listens. */
  readonly ready: Promise<void>;
  /** Resolves when somebody has said goodbye. */
  readonly goodbye: Promise<void>;
  readonly #process: Deno.ChildProcess;

  /** @param computer where it listens */
  constructor({ namespace, ipv4 }: Computer) {
    const code = `
import socket
own = socket.inet_aton("${ipv4}")
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("", 5353))
s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton("224.0.0.251") + own)
print("ready", flush=True)
pointer = b"\\x0d_capturevideo\\x04_tcp\\x05local\\x00\\x00\\x0c\\x00\\x01\\x00\\x00\\x00\\x00"
while pointer not in s.recv(9000): pass
print("goodbye", flush=True)
`;
    const process = new Deno.Command("ip", {
      args: ["netns", "exec", namespace, "/usr/bin/python3", "-c", code],
      stdout: "piped",
    }).spawn();
    this.#process = process;
    let said = "";
    const reading = (async () => {
      for await (const text of process.stdout.pipeThrough(new TextDecoderStream())) {
        said += text;
      }
    })();
    const after = (word: string) => until(word, () => said.includes(word)).then(() => {});
    this.ready = after("ready");
    this.goodbye = this.ready.then(() => after("goodbye"));
    void reading;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.status;
  }
}
