/**
 * How far apt-get is, in lines for people.
 *
 * @example
 * ```ts
 * import { AptProgress } from "./apt_progress.ts";
 *
 * const progress = new AptProgress(["g++"], (line) => console.error(line));
 * progress.take("Need to get 59.2 MB of archives."); // Installing g++: 59.2 MB to download, …
 * progress.take("dlstatus:7:24.3:Retrieving file 7 of 31 (4s remaining)"); // 20 % downloaded
 * progress.take("pmstatus:g++:10.5:Unpacking g++ (amd64)"); // 10 % installed
 * ```
 * @module
 */

/** Has apt-get say how far it is among its other lines: sudo would close a pipe of its own. */
export const STATUS_OPTIONS = ["-o", "APT::Status-Fd=1"];

/** Behind what dpkg may have written without ending the line. */
const STATUS = /(dl|pm)status:[^:]*:(\d+)[\d.]*:/;

/** What apt-get says once it knows what to do; before the stroke, what is not there already. */
const PLAN = /^Need to get (\S+ \w+)(?:\/\S+ \w+)? of archives/;

/** How much more has to be done before it is worth a line, in percent. */
const STEP_PERCENT = 10;

/**
 * Reports what is about to be installed, then a tenth of the download, and of the installation, at a
 * time: as many lines for a slow computer as for a fast one, and the same in a terminal as in a log.
 */
export class AptProgress {
  readonly #packages: readonly string[];
  readonly #report: (line: string) => void;
  #what = "";
  #percent = 0;

  /**
   * @param packages what it was asked for
   * @param report takes a line
   */
  constructor(packages: readonly string[], report: (line: string) => void) {
    this.#packages = packages;
    this.#report = report;
  }

  /** Takes a line of what apt-get writes. */
  readonly take = (line: string): void => {
    const [, size] = PLAN.exec(line) ?? [];
    if (size !== undefined) {
      const names = this.#packages.join(", ");
      this.#report(`Installing ${names}: ${size} to download, then a minute or two`);
    }
    const [, kind, number] = STATUS.exec(line) ?? [];
    if (kind === undefined) return;
    const what = kind === "dl" ? "downloaded" : "installed";
    if (what !== this.#what) this.#percent = 0;
    this.#what = what;
    const percent = Number(number) - Number(number) % STEP_PERCENT;
    if (percent <= this.#percent) return;
    this.#percent = percent;
    this.#report(`${percent} % ${what}`);
  };
}

/** What apt-get wrote, without the lines that {@linkcode STATUS_OPTIONS} has it add. */
export function withoutStatus(output: string): string {
  return output.split("\n").filter((line) => !STATUS.test(line)).join("\n");
}
