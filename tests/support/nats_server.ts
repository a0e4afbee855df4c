/**
 * A real NATS server, with a configuration of the test's.
 *
 * @example
 * ```ts ignore
 * import { NatsServer } from "./nats_server.ts";
 *
 * await using server = await NatsServer.start("listen: 127.0.0.1:-1");
 * // ... a host with --nats=${server.url} ...
 * await server.kill();
 * ```
 * @module
 */

import { PROJECT_DIRECTORY } from "../../lib/setup/tasks.ts";
import { linesOf } from "../../lib/text/lines.ts";
import { type TemporaryFolder, temporaryFolder } from "./folder.ts";

/** Where Debian puts it. */
const PROGRAM = "/usr/sbin/nats-server";

/** How a server says where it listens. */
const LISTENING = /Listening for client connections on \S+:(\d+)$/;

/** The configuration that docs/scale.md shows under a heading. */
export async function documentedConfig(heading: string): Promise<string> {
  const text = await Deno.readTextFile(`${PROJECT_DIRECTORY}/docs/scale.md`);
  const section = text.split(/^## /m).find((section) => section.startsWith(`${heading}\n`)) ?? "";
  const config = /^```conf\n([^]*?)^```$/m.exec(section)?.[1];
  if (config === undefined) throw new Error(`Cannot find a configuration under "${heading}"`);
  return config;
}

/** A server, started again as often as a test wants. */
export class NatsServer implements AsyncDisposable {
  readonly #folder: TemporaryFolder;
  readonly #namespace: string | undefined;
  #process: Deno.ChildProcess | undefined;
  #reading: Promise<void> | undefined;
  #port = 0;

  private constructor(folder: TemporaryFolder, namespace: string | undefined) {
    this.#folder = folder;
    this.#namespace = namespace;
  }

  /**
   * Starts one.
   *
   * @param config as its file has it; `listen: 127.0.0.1:-1` takes any port
   * @param namespace the network namespace it runs in; this process's own when left out
   */
  static async start(config: string, namespace?: string): Promise<NatsServer> {
    const server = new NatsServer(await temporaryFolder(), namespace);
    await Deno.writeTextFile(server.#path, config);
    await server.again();
    return server;
  }

  get port(): number {
    return this.#port;
  }

  /** Where it is found on this computer. */
  get url(): string {
    return `nats://127.0.0.1:${this.#port}`;
  }

  /** Starts it again after {@linkcode kill}; resolves when it listens. */
  async again(): Promise<void> {
    const command = [PROGRAM, "--config", this.#path];
    const [program = "", ...args] = this.#namespace === undefined
      ? command
      : ["ip", "netns", "exec", this.#namespace, ...command];
    const process = this.#process = new Deno.Command(program, {
      args,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const ready = Promise.withResolvers<void>();
    this.#reading = this.#read(process.stderr, ready.resolve).then(() => {
      ready.reject(new Error("the NATS server has ended"));
    });
    await ready.promise;
  }

  /** Ends it at once, as a crash does. */
  async kill(): Promise<void> {
    this.#process?.kill("SIGKILL");
    await this.#process?.status;
    await this.#reading;
    this.#process = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await this.#folder[Symbol.asyncDispose]();
  }

  get #path(): string {
    return `${this.#folder.path}/nats.conf`;
  }

  async #read(
    stderr: ReadableStream<Uint8Array<ArrayBuffer>>,
    onReady: () => void,
  ): Promise<void> {
    const said: string[] = [];
    for await (const line of linesOf(stderr)) {
      said.push(line);
      const port = LISTENING.exec(line)?.[1];
      if (port !== undefined) this.#port = Number(port);
      if (line.endsWith("Server is ready")) onReady();
    }
    if (said.some((line) => line.includes("[FTL]"))) console.error(said.join("\n"));
  }
}
