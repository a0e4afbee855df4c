/**
 * The service, as systemd and its journal know it, and as its guests do.
 *
 * @module
 */

import { placesFor } from "../../../lib/service/places.ts";
import { PROJECT_DIRECTORY } from "../../../lib/setup/tasks.ts";
import { quote } from "../../camera_vm/job.ts";
import { textOf } from "../../support/commands.ts";
import { Program } from "../../support/programs.ts";
import { until } from "../../support/until.ts";

/** What it is called. */
export const UNIT = "capturevideo.service";

/** What this Deno has fetched and compiled, which a user may read: there is no network for more. */
const { denoFolder: DENO_FOLDER } = placesFor(false, (name) => Deno.env.get(name));

/** An emulated processor takes its time, and so does a watchdog. */
const PATIENCE = { everyMs: 500, withinMs: 180_000 };

/** What systemd says of the service. */
export interface ServiceState {
  readonly active: string;
  readonly result: string;
  readonly restarts: number;
  readonly pid: number;
}

/** An entry of the journal. */
export interface Entry {
  readonly message: string;
  /** As syslog numbers it: 3 is an error, 4 a warning, 6 anything else. */
  readonly level: number;
  /** Who wrote it. */
  readonly by: string;
}

/** On a machine that is emulated, a guest may be slow enough to be sent smaller pictures. */
export const HOST = [
  ...["--source=vivid", "--width=640", "--height=360", "--fps=10", "--no-adapt"],
  ...["--share", "--name=studio"],
];

/** So many pictures show that they come. */
const SOME = 5;

/** The service of the system or of a user, who logs in for all that is done with it. */
export class Service {
  readonly #user: string | undefined;

  /** @param user whose it is; the system's when left out */
  constructor(user?: string) {
    this.#user = user;
  }

  /** Installs it by its task; what that says, line by line. */
  async install(...args: string[]): Promise<string[]> {
    const [program, words] = this.#typed(
      ...["env", `DENO_DIR=${DENO_FOLDER}`, Deno.execPath(), "task", "--quiet"],
      ...[`--cwd=${PROJECT_DIRECTORY}`, "service", ...args, "--install"],
    );
    const { code, stdout, stderr } = await new Deno.Command(program, { args: words }).output();
    const [printed, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
    return [...printed ? [printed] : [], ...said!.split("\n"), ...code === 0 ? [] : [`(${code})`]];
  }

  /** Has systemd do something with it; what that prints. */
  systemctl(...args: string[]): Promise<string> {
    const manager = this.#user === undefined ? [] : ["--user"];
    return textOf(...this.#typed("systemctl", ...manager, ...args, UNIT));
  }

  /** Asks systemd. */
  async state(): Promise<ServiceState> {
    const text = await this.systemctl("show");
    const facts = new Map(
      text.split("\n").map((line) => {
        const at = line.indexOf("=");
        return [line.slice(0, at), line.slice(at + 1)];
      }),
    );
    return {
      active: facts.get("ActiveState") ?? "",
      result: facts.get("Result") ?? "",
      restarts: Number(facts.get("NRestarts")),
      pid: Number(facts.get("MainPID")),
    };
  }

  /** Waits until it runs again, after so many failures. */
  async restarted(times: number): Promise<void> {
    await until(`restart ${times} of the service`, async () => {
      const { active, restarts } = await this.state();
      return active === "active" && restarts === times;
    }, PATIENCE);
  }

  /** What the journal has of it. */
  async journal(): Promise<Entry[]> {
    const unit = this.#user === undefined ? "--unit" : "--user-unit";
    const fields = "--output-fields=MESSAGE,PRIORITY,SYSLOG_IDENTIFIER";
    await textOf("journalctl", ["--sync"]);
    const text = await textOf(
      ...this.#typed("journalctl", unit, UNIT, "--output=json", "--all", fields),
    );
    return text.trim().split("\n").map((line) => {
      const { MESSAGE, PRIORITY, SYSLOG_IDENTIFIER } = JSON.parse(line);
      return { message: MESSAGE, level: Number(PRIORITY), by: SYSLOG_IDENTIFIER };
    });
  }

  /** A command as whoever has the service types it. */
  #typed(...words: string[]): [program: string, args: string[]] {
    const [program = "", ...args] = this.#user === undefined
      ? words
      : ["runuser", "--login", this.#user, "--command", words.map(quote).join(" ")];
    return [program, args];
  }
}

/** The key that a host has made itself, in the file of its identity. */
export async function keyIn(path: string): Promise<string> {
  return JSON.parse(await Deno.readTextFile(path)).key;
}

/** Starts a guest of the service, with its key. */
export function startGuest(key: string): Program {
  return Program.start("guest", ["127.0.0.1", "--no-window", "--stats=json"], {
    env: { CAPTUREVIDEO_KEY: key },
    patienceMs: PATIENCE.withinMs,
  });
}

/** Waits for new pictures; how many there are in all. A machine that is emulated takes its time. */
export async function pictures(guest: Program): Promise<number> {
  const before = guest.guestStats.length;
  return await until("pictures", () => {
    const live = guest.guestStats.slice(before).filter(({ state }) => state === "live");
    const [first, last] = [live[0]?.received ?? 0, live.at(-1)?.received ?? 0];
    return last >= first + SOME && last;
  }, PATIENCE);
}

/** Shows something outside: what a test prints, its runner keeps to itself. */
export function show(text: string): void {
  Deno.writeTextFileSync("/dev/ttyS1", `[${text}]\n`, { append: true, create: false });
}
