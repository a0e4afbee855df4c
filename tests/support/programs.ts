/**
 * The project's programs under test: started as their tasks start them, with the same permissions.
 *
 * @example
 * ```ts ignore
 * import { Program } from "./programs.ts";
 *
 * await using host = Program.start("host", ["--source=test", "--port=0"]);
 * await using guest = Program.start("guest", [await host.address(), "--stats=json"]);
 * await guest.guestReport(({ state }) => state === "live");
 * ```
 * @module
 */

import { type GuestStats, type HostStats, parseStats } from "../../lib/cli/stats.ts";
import { PROJECT_DIRECTORY, taskArguments } from "../../lib/setup/tasks.ts";
import { linesOf } from "../../lib/text/lines.ts";

/** Nothing of the user's own is used, or changed. */
const CONFIGURATION = `${PROJECT_DIRECTORY}/.cache/configuration`;

/** How long something that must come is waited for, in milliseconds: a loaded machine is slow. */
const PATIENCE_MS = 30_000;

/** How long a program may take to end when asked to, in milliseconds. */
const STOP_LIMIT_MS = 5000;

/** Fills the pipe of this number with as much as a pipe holds, and becomes the program. */
const FILL_AND_RUN = 'head -c 65536 /dev/zero >&"$0"; exec "$@"';

/** A line of standard error, and when it came. */
export interface Line {
  /** The line, without its end. */
  readonly text: string;
  /** In milliseconds of `performance.now()`. */
  readonly atMs: number;
}

/** How a program is started. */
export interface ProgramOptions {
  /** Added to the environment; without a display where none is named. */
  readonly env?: Record<string, string>;
  /** The working directory; the project's own when left out. */
  readonly directory?: string;
  /** A copy of the project, whose programs and working directory are meant. */
  readonly project?: string;
  /** The network namespace it runs in; this process's own when left out. */
  readonly namespace?: string;
  /** What starts the task in place of this Deno, and makes itself the leader of a process group. */
  readonly starter?: readonly string[];
  /** Takes standard output, until it returns `false`; it is thrown away when left out. */
  readonly onOutput?: (chunk: Uint8Array) => unknown;
  /** Takes the lines of standard error, which then are not kept: for a program that runs long. */
  readonly onLine?: (line: string) => void;
  /** How long what must come is waited for, in milliseconds; default: half a minute. */
  readonly patienceMs?: number;
  /** What nobody reads: a pipe that is full, before the program has written a byte. */
  readonly unread?: "stdout" | "stderr";
}

/** How a program ended. */
export interface Ending {
  /** Its exit code. */
  readonly code: number;
  /** The lines it wrote to standard error, but for its reports. */
  readonly words: string[];
}

/**
 * A running program.
 *
 * - Ownership: the process ends with the object: asked first, then by force.
 * - Lines of standard error are kept in the order in which they came.
 */
export class Program implements AsyncDisposable {
  /** What it wrote to standard error up to now. */
  readonly lines: Line[] = [];
  /** Resolves with its exit code once it has ended and everything it wrote was read. */
  readonly ended: Promise<number>;
  readonly #process: Deno.ChildProcess;
  readonly #watchers = new Set<() => void>();
  readonly #hasGroup: boolean;
  readonly #patienceMs: number;
  #exited = false;
  #over = false;

  private constructor(process: Deno.ChildProcess, options: ProgramOptions) {
    this.#process = process;
    this.#hasGroup = options.starter !== undefined;
    this.#patienceMs = options.patienceMs ?? PATIENCE_MS;
    this.ended = this.#run(options);
  }

  /**
   * Starts a program.
   *
   * @param task the task's name in deno.json
   * @param args its options
   */
  static start(task: string, args: readonly string[], options: ProgramOptions = {}): Program {
    const { namespace, env = {}, onOutput, unread, project = PROJECT_DIRECTORY } = options;
    const { directory = project, starter } = options;
    const command = [
      ...unread ? ["sh", "-c", FILL_AND_RUN, unread === "stdout" ? "1" : "2"] : [],
      ...starter
        ? [...starter, task]
        : [Deno.execPath(), ...argumentsFrom(directory, task, project)],
      ...args,
    ];
    const [program = "", ...rest] = namespace === undefined
      ? command
      : ["ip", "netns", "exec", namespace, ...command];
    const process = new Deno.Command(program, {
      args: rest,
      cwd: directory,
      env: { DISPLAY: "", WAYLAND_DISPLAY: "", XDG_CONFIG_HOME: CONFIGURATION, ...env },
      stdin: "null",
      stdout: onOutput || unread === "stdout" ? "piped" : "null",
      stderr: "piped",
    }).spawn();
    return new Program(process, options);
  }

  /** Runs a program to its end. */
  static async run(
    task: string,
    args: readonly string[],
    options: ProgramOptions = {},
  ): Promise<Ending> {
    await using program = Program.start(task, args, options);
    return await program.ending();
  }

  /** The number of its process. */
  get pid(): number {
    return this.#process.pid;
  }

  /** The lines but for the reports, which are many. */
  get words(): string[] {
    return this.lines.map(({ text }) => text).filter((text) => !text.startsWith("{"));
  }

  /** The host's reports so far, oldest first. */
  get hostStats(): HostStats[] {
    return this.#stats().filter((stats): stats is HostStats => stats.program === "host");
  }

  /** The guest's reports so far, oldest first. */
  get guestStats(): GuestStats[] {
    return this.#stats().filter((stats): stats is GuestStats => stats.program === "guest");
  }

  /** The port that a host says it listens on. */
  async port(): Promise<number> {
    const { text } = await this.line(
      /(?:listening on|(?:deno task |capturevideo-)guest) \S+:(\d+)$/,
    );
    return Number(/\d+$/.exec(text)?.[0]);
  }

  /** Where a guest finds this host. */
  async address(): Promise<string> {
    return `127.0.0.1:${await this.port()}`;
  }

  /**
   * Waits for a line, or for one behind the first `after` lines.
   *
   * @throws {Error} when the program ends without it, or the patience does
   */
  line(pattern: RegExp, after = 0): Promise<Line> {
    return this.#until(
      `a line like ${pattern}`,
      () => this.lines.slice(after).find(({ text }) => pattern.test(text)),
    );
  }

  /** Waits for a guest's report that comes from now on and of which `condition` holds. */
  guestReport(condition: (stats: GuestStats) => boolean): Promise<GuestStats> {
    const before = this.guestStats.length;
    return this.#until(
      `a report with ${condition}`,
      () => this.guestStats.slice(before).find(condition),
    );
  }

  /** Waits for a host's report that comes from now on and of which `condition` holds. */
  hostReport(condition: (stats: HostStats) => boolean): Promise<HostStats> {
    const before = this.hostStats.length;
    return this.#until(
      `a report with ${condition}`,
      () => this.hostStats.slice(before).find(condition),
    );
  }

  /**
   * Waits until it has ended by itself.
   *
   * @throws {Error} when the patience ends first
   */
  async ending(): Promise<Ending> {
    const code = await this.#until("its end", () => this.#over ? this.ended : undefined);
    return { code, words: this.words };
  }

  /** Sends it a signal; where it has a process group, to all of that, as a terminal does. */
  signal(signal: Deno.Signal): void {
    if (!this.#hasGroup) return this.#process.kill(signal);
    const args = ["-s", signal.slice("SIG".length), "--", `-${this.pid}`];
    new Deno.Command("kill", { args }).outputSync();
  }

  /** Ends it as Ctrl-C does. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#exited) {
      // A suspended program would not hear that it is to end.
      this.signal("SIGCONT");
      this.signal("SIGINT");
    }
    const timer = setTimeout(() => this.#exited || this.signal("SIGKILL"), STOP_LIMIT_MS);
    await this.ended;
    clearTimeout(timer);
  }

  async #run({ onOutput, onLine, unread }: ProgramOptions): Promise<number> {
    const { stderr, status } = this.#process;
    const ended = status.finally(async () => {
      this.#exited = true;
      if (unread) await this.#process[unread].cancel();
    });
    const [{ code }] = await Promise.all([
      ended,
      unread !== "stderr" && this.#readLines(stderr, onLine),
      onOutput && readAll(this.#process.stdout, onOutput),
    ]);
    this.#over = true;
    this.#changed();
    return code;
  }

  async #readLines(
    stream: ReadableStream<Uint8Array<ArrayBuffer>>,
    onLine: (text: string) => void = (text) => this.lines.push({ text, atMs: performance.now() }),
  ): Promise<void> {
    for await (const text of linesOf(stream)) {
      onLine(text);
      this.#changed();
    }
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher();
  }

  #stats(): (HostStats | GuestStats)[] {
    return this.lines.flatMap(({ text }) => parseStats(text) ?? []);
  }

  async #until<T>(what: string, look: () => T | undefined): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const fail = (why: string) => {
      const words = this.lines.slice(-8).map(({ text }) => text).join("\n");
      reject(new Error(`Cannot find ${what}: ${why}; the last lines are\n${words}`));
    };
    const watcher = () => {
      const found = look();
      if (found !== undefined) resolve(found);
      else if (this.#over) fail("the program has ended");
    };
    const timer = setTimeout(
      () => fail(`none for ${this.#patienceMs / 1000} s`),
      this.#patienceMs,
    );
    this.#watchers.add(watcher);
    watcher();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#watchers.delete(watcher);
    }
  }
}

/** The task's arguments; elsewhere than in the project, with the whole path of its script. */
function argumentsFrom(directory: string, task: string, project: string): string[] {
  const args = taskArguments(task);
  if (directory === project) return args;
  const script = args.pop();
  return [...args, `${PROJECT_DIRECTORY}/${script}`];
}

async function readAll(
  stream: ReadableStream<Uint8Array>,
  onOutput: (chunk: Uint8Array) => unknown,
): Promise<void> {
  // Leaving the loop closes the pipe.
  for await (const chunk of stream) if (onOutput(chunk) === false) return;
}
