/**
 * `deno task try`: host and guest together on this machine, with the test pattern.
 *
 * Where there is a display, the guest shows the picture until its window is closed. Where there is
 * none, it receives for ten seconds, and says what came. What cameras take is installed meanwhile, or
 * then; in the end it says what to do next. Exit code 1: no picture came, or that failed.
 * @module
 */

import { CaptureVideoError } from "../flow/errors.ts";
import { checkDisplay } from "../opencv/native_window.ts";
import { deadline } from "../flow/timing.ts";
import { type GuestStats, parseStats } from "../cli/stats.ts";
import { linesOf } from "../text/lines.ts";
import { prepareCapture } from "./prepare_capture.ts";
import { PROJECT_DIRECTORY, taskArguments } from "./tasks.ts";

/** A host that is not ready within this time will not be, in milliseconds. */
const READY_LIMIT_MS = 20_000;

/** A program that does not end within this time after SIGINT is killed, in milliseconds. */
const STOP_LIMIT_MS = 5000;

const DURATION_SECONDS = 10;

const DENO = `npx --yes deno@${Deno.version.deno}`;

/** What to do once the test pattern was seen. */
const NEXT = `
Next:
  your own camera, in two terminals:  ${DENO} task host
                                      ${DENO} task guest
  to another computer:                ${DENO} task host --share
                           and there: what it says
  no picture, or no host found:       ${DENO} task doctor`;

/** Whether the user has ended it, which is no failure however early it was. */
let isEnded = false;

if (import.meta.main) Deno.exitCode = await main(Deno.args);

async function main(args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    report(`takes no options; ${DENO} task host --help lists those of the programs`);
    return 2;
  }
  const noWindow = whyNoWindow();
  const { promise: address, resolve, reject } = Promise.withResolvers<string>();
  const options = ["--source=test", "--host=127.0.0.1", "--port=0", "--no-preview"];
  await using host = start("host", options, (line) => {
    console.error(line);
    const [, found] = /listening on (\S+:\d+)/.exec(line) ?? [];
    if (found !== undefined) resolve(found);
  });
  host.ended.then((code) => reject(new Error(`the host ended with exit code ${code}`)));
  try {
    const hostAddress = await deadline(address, {
      ms: READY_LIMIT_MS,
      error: () => new Error(`the host was not ready within ${READY_LIMIT_MS / 1000} s`),
    });
    return noWindow === undefined ? await watch(hostAddress) : await measure(hostAddress, noWindow);
  } catch (error) {
    if (isEnded) return 0;
    report(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

/** Why there can be no window here, or undefined if there can. */
function whyNoWindow(): string | undefined {
  try {
    checkDisplay();
  } catch (error) {
    if (error instanceof CaptureVideoError) return error.message;
    throw error;
  }
}

/** Shows the picture until the user has seen enough, and prepares the rest meanwhile. */
async function watch(address: string): Promise<number> {
  report("the pictures go from the host through TCP to the guest; q in its window ends");
  const { promise: isSeen, resolve } = Promise.withResolvers<boolean>();
  await using guest = start("guest", [address], (line) => {
    console.error(line);
    if (line === "guest: live") resolve(true);
  });
  void guest.ended.then((code) => resolve(code === 0 && !isEnded));
  const preparing = isSeen.then((isSeen) => isSeen && prepareCapture(report));
  const [code, isPrepared] = await Promise.all([guest.ended, preparing]);
  return code === 0 ? conclude(isPrepared) : code;
}

/** Receives for some seconds and says what came. */
async function measure(address: string, noWindow: string): Promise<number> {
  report(`receiving for ${DURATION_SECONDS} s without a window`);
  const reports: GuestStats[] = [];
  const options = ["--no-window", `--duration=${DURATION_SECONDS}`, "--stats=json"];
  await using guest = start("guest", [address, ...options], (line) => {
    const stats = parseStats(line);
    if (stats?.program === "guest") reports.push(stats);
    else console.error(line);
  });
  const code = await guest.ended;
  const [last, second] = reports.toReversed();
  const summary = last && summarise(last, second);
  if (summary === undefined) throw new Error("no picture came");
  console.log(`
${summary}

${noWindow}. To see the picture, any of these:
  on a desktop, or over ssh -X:  ${DENO} task try
  from another computer:         ${DENO} task host --source test --share
                      and there: what it says
  in a file, for any player:     ${DENO} task host --source test
           and in another shell: ${DENO} task guest --no-window --duration 10 --output try.mjpeg`);
  return code === 0 ? conclude(isEnded || await prepareCapture(report)) : code;
}

/** Says what to do next, where all is ready for it or the user has ended it. */
function conclude(isPrepared: boolean): number {
  if (!isPrepared && !isEnded) return 1;
  console.log(NEXT);
  return 0;
}

function report(line: string): void {
  console.error(`try: ${line}`);
}

/**
 * Rate, damage and age in a sentence or two, or undefined if no picture came.
 *
 * @param last the last report
 * @param second the report on the last whole second, of which the ages are
 */
export function summarise(last: GuestStats, second = last): string | undefined {
  const { received, timeSec, damaged } = last;
  if (received === 0) return undefined;
  const sentence = `${received} pictures came from the host in ${timeSec.toFixed(0)} s, ` +
    `${(received / timeSec).toFixed(1)} a second, ` +
    (damaged === 0 ? "none damaged." : `${damaged} of them damaged.`);
  const { ageMsP50, ageMsP99, ageMsMax } = second;
  if (ageMsP50 === null || ageMsP99 === null || ageMsMax === null) return sentence;
  return `${sentence} From capture to hand-over a picture was ${ageMsP50.toFixed(1)} ms old; in ` +
    `the last second 99 of 100 were younger than ${ageMsP99.toFixed(1)} ms, and the oldest was ` +
    `${ageMsMax.toFixed(1)} ms old.`;
}

/**
 * Starts a program as its task starts it. SIGHUP, SIGINT and SIGTERM to this one are passed on to
 * it as SIGINT; disposing of it ends it the same way, and by force where that takes too long.
 *
 * @param onLine takes what it writes to standard error
 * @returns `ended` resolves with its exit code, once all lines have been handed over
 */
function start(task: string, args: readonly string[], onLine: (line: string) => void) {
  const process = new Deno.Command(Deno.execPath(), {
    args: [...taskArguments(task), ...args],
    cwd: PROJECT_DIRECTORY,
    stdin: "null",
    stderr: "piped",
  }).spawn();
  const signals = ["SIGHUP", "SIGINT", "SIGTERM"] as const;
  let isRunning = true;
  void process.status.then(() => isRunning = false);
  const interrupt = () => isRunning && process.kill("SIGINT");
  const passOn = () => {
    isEnded = true;
    interrupt();
  };
  for (const signal of signals) Deno.addSignalListener(signal, passOn);
  const ended = (async () => {
    for await (const line of linesOf(process.stderr)) onLine(line);
    const { code } = await process.status;
    for (const signal of signals) Deno.removeSignalListener(signal, passOn);
    return code;
  })();
  return {
    ended,
    async [Symbol.asyncDispose]() {
      interrupt();
      const timer = setTimeout(() => isRunning && process.kill("SIGKILL"), STOP_LIMIT_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}
