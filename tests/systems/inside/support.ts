/**
 * The service, as systemd and its journal know it, and as its guests do.
 *
 * @module
 */

import { PROJECT_DIRECTORY } from "../../../lib/setup/tasks.ts";
import { textOf } from "../../support/commands.ts";
import { Program } from "../../support/programs.ts";
import { until } from "../../support/until.ts";

/** What it is called. */
export const UNIT = "capturevideo.service";

/** An emulated processor takes its time, and so does a watchdog. */
const PATIENCE = { everyMs: 500, withinMs: 180_000 };

/** What systemd says of the service. */
export interface ServiceState {
  readonly active: string;
  readonly result: string;
  readonly restarts: number;
  readonly pid: number;
}

/** Asks systemd. */
export async function serviceState(): Promise<ServiceState> {
  const text = await textOf("systemctl", ["show", UNIT]);
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

/** Waits for a state of the service. */
export function serviceIs(
  what: string,
  holds: (state: ServiceState) => boolean,
): Promise<ServiceState> {
  return until(`a service that is ${what}`, async () => {
    const state = await serviceState();
    return holds(state) && state;
  }, PATIENCE);
}

/** An entry of the journal. */
export interface Entry {
  readonly message: string;
  /** As syslog numbers it: 3 is an error, 4 a warning, 6 anything else. */
  readonly level: number;
  /** Who wrote it. */
  readonly by: string;
}

/** What the journal has of the service. */
export async function journal(): Promise<Entry[]> {
  const fields = "--output-fields=MESSAGE,PRIORITY,SYSLOG_IDENTIFIER";
  await textOf("journalctl", ["--sync"]);
  const text = await textOf("journalctl", ["--unit", UNIT, "--output=json", "--all", fields]);
  return text.trim().split("\n").map((line) => {
    const { MESSAGE, PRIORITY, SYSLOG_IDENTIFIER } = JSON.parse(line);
    return { message: MESSAGE, level: Number(PRIORITY), by: SYSLOG_IDENTIFIER };
  });
}

/** On a machine that is emulated, a guest may be slow enough to be sent smaller pictures. */
export const HOST = [
  ...["--source=vivid", "--width=640", "--height=360", "--fps=10", "--no-adapt"],
  ...["--share", "--name=studio"],
];

/** So many pictures show that they come. */
const SOME = 5;

/** Installs the service by its task; what that says, line by line. */
export async function install(...args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "service", ...args, "--install"],
    cwd: PROJECT_DIRECTORY,
  }).output();
  const [printed, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
  return [...printed ? [printed] : [], ...said!.split("\n"), ...code === 0 ? [] : [`(${code})`]];
}

/** Starts a guest of the service, with its key. */
export function startGuest(key: string): Program {
  return Program.start("guest", ["127.0.0.1", "--no-window", "--stats=json"], {
    env: { CAPTUREVIDEO_KEY: key },
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
