/**
 * Boots the camera machine, gives it one job, and hands out what the job prints.
 *
 * The machine sees this machine's root filesystem, writes into memory only, and has two cameras,
 * `/dev/video0` (vivid) and `/dev/video10` (v4l2loopback), and a USB hub for more.
 *
 * @example
 * ```ts
 * import { cameraImage } from "./image.ts";
 * import { CameraMachine } from "./machine.ts";
 *
 * await using machine = await CameraMachine.boot(await cameraImage(), "v4l2-ctl --list-devices");
 * for await (const line of machine.lines()) console.log(line);
 * console.log(await machine.status());
 * ```
 * @module
 */

import { join } from "node:path";
import { linesOf } from "../../lib/text/lines.ts";
import { CACHE_FOLDER, type CameraImage } from "./image.ts";

/** How a machine is run. */
export interface MachineOptions {
  /** It is switched off after this time, in milliseconds; 300,000 by default. */
  timeoutMs?: number;
  /** Whether the job reads this program's standard input; it reads nothing by default. */
  interactive?: boolean;
  /** Whether systemd runs the machine, and the job as one of its services; not by default. */
  systemd?: boolean;
}

const DEFAULT_TIMEOUT_MS = 300_000;

/** How much of the console's end is shown when something went wrong: a whole kernel panic. */
const TAIL_LINES = 80;

/** Emulation, not KVM: where virtual machines cannot be nested, KVM hangs before the first line. */
const QEMU_OPTIONS = [
  ...["-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "6G"],
  ...["-nic", "none", "-display", "none", "-monitor", "none", "-no-reboot"],
];

/** On a busy computer the timer of an emulated one may miss the ticks by which the kernel checks it. */
const KERNEL_OPTIONS = "console=ttyS0 panic=-1 no_timer_check";

/** A machine that is known to itself does not take this for its first boot. */
const SYSTEMD_OPTIONS = `capturevideo.systemd systemd.show_status=no systemd.machine_id=${
  "1".repeat(32)
}`;

/**
 * One boot of the machine, for one job.
 *
 * - The job is a shell script; it runs as root, in a throw-away layer over this machine's root.
 * - The machine switches itself off when the job has ended.
 * - Disposing of it kills it if it still runs and removes its files.
 */
export class CameraMachine implements AsyncDisposable {
  readonly #folder: string;
  readonly #qemu: Deno.ChildProcess;
  readonly #complaints: Promise<string>;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #timeoutMs: number;
  #timedOut = false;

  private constructor(folder: string, qemu: Deno.ChildProcess, timeoutMs: number) {
    this.#folder = folder;
    this.#qemu = qemu;
    this.#complaints = new Response(qemu.stderr).text();
    this.#timeoutMs = timeoutMs;
    this.#timer = setTimeout(() => {
      this.#timedOut = true;
      qemu.kill("SIGKILL");
    }, timeoutMs);
  }

  /** Starts the machine on `job`, the text of a shell script. */
  static async boot(
    image: CameraImage,
    job: string,
    options: MachineOptions = {},
  ): Promise<CameraMachine> {
    const folder = await Deno.makeTempDir({ dir: CACHE_FOLDER, prefix: "run-" });
    const share = join(folder, "job");
    await Deno.mkdir(share);
    await Deno.writeTextFile(join(share, "job.sh"), job);
    const qemu = new Deno.Command("qemu-system-x86_64", {
      args: [
        ...QEMU_OPTIONS,
        ...["-kernel", image.kernel, "-initrd", image.initramfs],
        ...["-append", options.systemd ? `${KERNEL_OPTIONS} ${SYSTEMD_OPTIONS}` : KERNEL_OPTIONS],
        ...["-serial", `file:${join(folder, "console")}`, "-serial", "stdio"],
        ...["-virtfs", folderOption("host", "/", "readonly=on,multidevs=remap")],
        ...["-virtfs", folderOption("job", share, "readonly=off")],
      ],
      stdin: options.interactive ? "inherit" : "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    return new CameraMachine(folder, qemu, options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  }

  /** What the job prints, byte for byte; ends when the machine is off. */
  get output(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#qemu.stdout;
  }

  /** What the job prints, line by line. */
  lines(): AsyncGenerator<string, void> {
    return linesOf(this.output);
  }

  /**
   * How the job ended: its exit code. Read `output` or `lines()` to the end first.
   *
   * @throws {Error} when the machine stopped before the job did; the message carries the end of
   * its console
   */
  async status(): Promise<number> {
    await this.#qemu.status;
    try {
      return Number(await Deno.readTextFile(join(this.#folder, "job/status")));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      const what = this.#timedOut
        ? `it had not ended after ${this.#timeoutMs / 1000} s`
        : "the machine stopped";
      const said = await this.#consoleTail() + await this.#complaints;
      throw new Error(`Cannot finish the job: ${what}; the console's end:\n${said}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    try {
      this.#qemu.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // it has already ended
    }
    if (!this.#qemu.stdout.locked) await this.#qemu.stdout.cancel();
    await this.#complaints;
    await this.#qemu.status;
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #consoleTail(): Promise<string> {
    const console = await Deno.readTextFile(join(this.#folder, "console"));
    return console.split("\n").slice(-TAIL_LINES).join("\n");
  }
}

/** One shared folder, as qemu wants it described. */
function folderOption(tag: string, path: string, rest: string): string {
  return `local,mount_tag=${tag},path=${path},security_model=none,${rest}`;
}
