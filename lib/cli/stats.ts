/**
 * The state of a program once a second: `--stats json` for programs, `--stats line` for people.
 *
 * The fields and their order are what `--stats json` prints. A figure that is not known yet is
 * `null`: no round trip measured, no picture arrived.
 *
 * @module
 */

import { writeToStderr } from "./log.ts";

/** What the host knows of one guest. */
export interface GuestConnectionStats {
  /** Its address and port. */
  readonly peer: string;
  /** The name of the camera whose frames it is sent. */
  readonly camera: string;
  /** Frames per second sent within the last second. */
  readonly sentFps: number;
  /** Frames sent since it connected. */
  readonly sent: number;
  /** Frames that a newer one replaced before they could be sent, since it connected. */
  readonly skipped: number;
  /** Frames sent and not acknowledged. */
  readonly inFlight: number;
  /** The rendition it is sent: `full`, or what it has use for, and its link can carry, instead. */
  readonly rendition: string;
  /** The smallest round trip of late, in milliseconds. */
  readonly rttMs: number | null;
}

/** What the host knows of one camera. */
export interface CameraStats {
  /** `idle`: closed, as nobody watches. */
  readonly camera: "idle" | "starting" | "live" | "lost";
  /** Frames per second from the camera within the last second. */
  readonly captureFps: number;
  /** The median time of compressing a frame, in milliseconds. */
  readonly encodeMsP50: number | null;
  /** The size of the newest JPEG. */
  readonly frameBytes: number | null;
}

/** What the host reports; what it says of a camera at the top is about the first. */
export interface HostStats extends CameraStats {
  readonly program: "host";
  /** Seconds since the program started. */
  readonly timeSec: number;
  readonly guests: readonly GuestConnectionStats[];
  /** All cameras, the first first. */
  readonly cameras: readonly (CameraStats & { readonly name: string })[];
}

/** What the guest reports. */
export interface GuestStats {
  readonly program: "guest";
  /** Which one it is about, where there are several. */
  readonly name?: string;
  /** Seconds since the program started. */
  readonly timeSec: number;
  readonly state: "live" | "connecting" | "lost";
  /** Frames per second received within the last second. */
  readonly receivedFps: number;
  /** Frames per second shown within the last second. */
  readonly shownFps: number;
  /** Frames received since the start. */
  readonly received: number;
  /** Frames shown since the start. */
  readonly shown: number;
  /** Frames that a newer one replaced before they could be shown, since the start. */
  readonly replaced: number;
  /** Frames that could not be decoded, since the start. */
  readonly damaged: number;
  /** Frames that `--output` did not take in time, since the start. */
  readonly omitted: number;
  /** Frames that were older than `--max-age` when they were shown, since the start. */
  readonly stale: number;
  /** How old the picture on screen is now, in milliseconds; it grows while none comes. */
  readonly pictureAgeMs: number | null;
  /** The age of the pictures when they were shown, in milliseconds: the median. */
  readonly ageMsP50: number | null;
  /** The age that 99 of 100 pictures did not exceed, in milliseconds. */
  readonly ageMsP99: number | null;
  /** The age of the oldest picture shown, in milliseconds. */
  readonly ageMsMax: number | null;
  /** The same just before the window got the picture: the median. */
  readonly handOverAgeMsP50: number | null;
  /** The age that 99 of 100 pictures did not exceed there, in milliseconds. */
  readonly handOverAgeMsP99: number | null;
  /** What arrived within the last second, in megabits (1,000,000 bits) per second. */
  readonly megabitsPerSec: number;
  /** How often the connection was made again. */
  readonly reconnects: number;
}

/** The report that a line of `--stats json` is; `undefined` of another line. */
export function parseStats(line: string): HostStats | GuestStats | undefined {
  return line.startsWith('{"program":') ? JSON.parse(line) : undefined;
}

/** Either program's report. */
export type Stats = HostStats | GuestStats;

/** So many guests are named in a line; the rest are counted. */
const MAX_GUESTS_IN_LINE = 3;

/** A report in one line for people; what is not known yet is left out. */
export function formatStatsLine(stats: Stats): string {
  return stats.program === "host" ? formatHostLine(stats) : formatGuestLine(stats);
}

function formatHostLine(stats: HostStats): string {
  const { timeSec, guests, cameras } = stats;
  const isOne = cameras.length === 1;
  const count = counted(guests.length, "guest");
  const all = isOne
    ? [joined(formatCamera(stats, "camera"), count)]
    : [...cameras.map(formatOneOfSeveral), count];
  const named = guests.slice(0, MAX_GUESTS_IN_LINE)
    .map((guest) => formatGuestConnection(guest, isOne ? "" : `${guest.camera} `));
  const others = guests.length - named.length;
  const more = others > 0 ? [`and ${others} more`] : [];
  return `${timeSec.toFixed(0)} s: ${[...all, ...named, ...more].join("; ")}`;
}

function formatOneOfSeveral(camera: HostStats["cameras"][number]): string {
  return camera.camera === "live"
    ? formatCamera(camera, camera.name)
    : `${camera.name} ${camera.camera}`;
}

function formatCamera(stats: CameraStats, name: string): string {
  const { camera, captureFps, encodeMsP50, frameBytes } = stats;
  return joined(
    `${name} ${camera}`,
    `${decimal(captureFps)} frames/s captured`,
    encodeMsP50 !== null && `JPEG in ${decimal(encodeMsP50)} ms`,
    frameBytes !== null && `${decimal(frameBytes / 1000)} kB`,
  );
}

function formatGuestConnection(guest: GuestConnectionStats, camera: string): string {
  const { peer, sentFps, skipped, inFlight, rendition, rttMs } = guest;
  return joined(
    `${peer} ${camera}${decimal(sentFps)} frames/s sent`,
    `${skipped} skipped`,
    `${inFlight} in flight`,
    rendition !== "full" && `${rendition} pictures`,
    rttMs !== null && `round trip ${decimal(rttMs)} ms`,
  );
}

function formatGuestLine(stats: GuestStats): string {
  const { ageMsP50, ageMsP99, ageMsMax, omitted, stale } = stats;
  const of = stats.name === undefined ? "" : `${stats.name} `;
  return joined(
    `${stats.timeSec.toFixed(0)} s: ${of}${stats.state}`,
    `${decimal(stats.shownFps)} frames/s shown`,
    `${decimal(stats.receivedFps)} frames/s received`,
    `${decimal(stats.megabitsPerSec)} Mbit/s`,
    ageMsP50 !== null && ageMsP99 !== null && ageMsMax !== null &&
      `age ${decimal(ageMsP50)} ms (99 % under ${decimal(ageMsP99)}, most ${decimal(ageMsMax)})`,
    `${stats.replaced} replaced`,
    `${stats.damaged} damaged`,
    omitted > 0 && `${omitted} not written`,
    stale > 0 && `${stale} stale`,
    counted(stats.reconnects, "reconnect"),
  );
}

/** The parts that there are. */
function joined(...parts: (string | false)[]): string {
  return parts.filter((part) => part !== false).join(", ");
}

function decimal(value: number): string {
  return value.toFixed(1);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** How {@linkcode StatsPrinter} prints. */
export interface StatsPrinterOptions {
  /** The setting `--stats`. */
  readonly mode: "off" | "line" | "json";
  /** Takes the figures; called once a second and at the end. */
  readonly snapshot: () => Stats;
  /** Where lines go; standard error by default. */
  readonly write?: (line: string) => void;
}

/**
 * Prints a report a second, the first one after a second. Disposing of it prints a last one, so
 * that also a short run has one, and leaves no timer. With `mode` `off` it does nothing at all.
 */
export class StatsPrinter implements Disposable {
  readonly #options: StatsPrinterOptions;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: StatsPrinterOptions) {
    this.#options = options;
    if (options.mode !== "off") this.#timer = setInterval(() => this.#print(), 1000);
  }

  [Symbol.dispose](): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#print();
  }

  #print(): void {
    const { mode, snapshot, write = writeToStderr } = this.#options;
    const stats = snapshot();
    write(mode === "json" ? JSON.stringify(stats) : `${stats.program}: ${formatStatsLine(stats)}`);
  }
}
