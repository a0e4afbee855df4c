/**
 * A private host on one computer, its guests on others, and somebody who listens in between.
 *
 * @module
 */

import { loadIdentity } from "../../lib/privacy/identity.ts";
import { shownKey } from "../../lib/privacy/key.ts";
import { linesOf } from "../../lib/text/lines.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/folder.ts";
import { Program } from "../support/programs.ts";
import { HostNetwork, type Link } from "./host_network.ts";

const SOURCE = ["--source=test", "--width=320", "--height=240", "--no-preview"];

/** What is seen of the camera, where anything is. */
export const CAMERA_NAME = "test pattern";

/** The computers, and the configuration of whose they are. */
export class PrivateStage extends AsyncDisposableStack {
  readonly network: HostNetwork;
  readonly link: Link;
  /** The host's configuration folder, and the guest's. */
  readonly folders: { readonly host: TemporaryFolder; readonly guest: TemporaryFolder };

  private constructor(
    network: HostNetwork,
    link: Link,
    folders: { readonly host: TemporaryFolder; readonly guest: TemporaryFolder },
  ) {
    super();
    this.folders = { host: this.use(folders.host), guest: this.use(folders.guest) };
    this.network = this.use(network);
    this.link = link;
  }

  static async set(): Promise<PrivateStage> {
    const folders = { host: await temporaryFolder(), guest: await temporaryFolder() };
    const network = await HostNetwork.create();
    return new PrivateStage(network, await network.connect(), folders);
  }

  /** The host's identity, made now if there is none yet. */
  identity(nowMs?: number) {
    return loadIdentity(`${this.folders.host.path}/capturevideo`, nowMs);
  }

  /** The host's key, as it is typed. */
  async key(): Promise<string> {
    return shownKey((await this.identity()).key);
  }

  /** Starts a host. */
  host(options: readonly string[], env: Record<string, string> = {}): Program {
    return this.use(Program.start("host", [...SOURCE, "--stats=json", ...options], {
      namespace: this.network.namespace,
      env: { XDG_CONFIG_HOME: this.folders.host.path, ...env },
    }));
  }

  /** Starts a guest, on the other computer. */
  guest(options: readonly string[], env: Record<string, string> = {}): Program {
    return this.use(Program.start("guest", ["--no-window", "--stats=json", ...options], {
      namespace: this.link.namespace,
      env: { XDG_CONFIG_HOME: this.folders.guest.path, ...env },
    }));
  }

  /** Where the guest's computer finds a port of the host's. */
  at(port: number): string {
    return `${this.link.hostAddress}:${port}`;
  }

  /** Starts a program in Python on the host's computer that says when it is ready. */
  async peer(name: string, ...args: readonly string[]): Promise<Peer> {
    const peer = new Peer(this.network.namespace, name, args);
    this.use(peer);
    await peer.ready;
    return peer;
  }
}

/** A program in Python, and all that it wrote. */
export class Peer implements AsyncDisposable {
  /** Resolves when it says that it is ready. */
  readonly ready: Promise<void>;
  readonly #process: Deno.ChildProcess;
  readonly #chunks: Uint8Array<ArrayBuffer>[] = [];
  readonly #reading: Promise<void>;

  /** @param namespace where it runs @param name which one @param args its arguments */
  constructor(namespace: string, name: string, args: readonly string[]) {
    const script = decodeURIComponent(new URL(`./peers/${name}.py`, import.meta.url).pathname);
    this.#process = new Deno.Command("ip", {
      args: ["netns", "exec", namespace, "/usr/bin/python3", script, ...args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#reading = Promise.all([this.#readOutput(), this.#readLines(resolve)]).then(() => {
      reject(new Error(`${name} has ended`));
    });
  }

  /** How often something is in what it wrote. */
  async count(what: string | Uint8Array): Promise<number> {
    const bytes = await new Blob(this.#chunks).bytes();
    const wanted = typeof what === "string" ? new TextEncoder().encode(what) : what;
    const latin = new TextDecoder("latin1");
    return latin.decode(bytes).split(latin.decode(wanted)).length - 1;
  }

  /** How much it wrote, in bytes. */
  get size(): number {
    return this.#chunks.reduce((sum, { length }) => sum + length, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.status;
    await this.#reading;
  }

  async #readOutput(): Promise<void> {
    for await (const chunk of this.#process.stdout) this.#chunks.push(chunk);
  }

  async #readLines(onReady: () => void): Promise<void> {
    for await (const line of linesOf(this.#process.stderr)) {
      if (line === "listening") onReady();
      else console.error(line);
    }
  }
}
