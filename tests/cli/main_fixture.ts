/**
 * A program that does what `--output` names: what main_test.ts looks at from the outside.
 * @module
 */

import { log } from "../../lib/cli/log.ts";
import { runMain } from "../../lib/cli/main.ts";
import { CaptureVideoError } from "../../lib/flow/errors.ts";
import { OPTIONS, type Settings } from "../../settings.ts";

type Scenario = (signal: AbortSignal, settings: Settings<"guest">) => Promise<void> | void;

const SCENARIOS: Record<string, Scenario> = {
  settings: (_, { port, frames }) => console.log(JSON.stringify({ port, frames })),

  /** Works until it is told to end, then cleans up. */
  work: async (signal) => {
    await untilAborted(signal);
    console.log(`cleaned up after ${signal.reason.message}`);
  },
  /**
   * Works while no time passes, and is alive until two signals were noticed: Deno does not hold back
   * one that comes while it takes the process down.
   */
  twoSignals: async (signal) => {
    const nowMs = performance.now();
    const alive = setInterval(() => {}, 60_000);
    let looks = 0;
    // Whoever takes the first signal looks at the clock twice, then once.
    performance.now = () => {
      if (++looks === 3) clearInterval(alive);
      return nowMs;
    };
    await SCENARIOS.work!(signal, {} as Settings<"guest">);
    // Nothing may cut off what is alive.
    globalThis.setTimeout = (() => 0) as unknown as typeof setTimeout;
  },
  /** Passes the abort on, as most awaited calls do. */
  throwReason: async (signal) => {
    await untilAborted(signal);
    signal.throwIfAborted();
  },
  /** The clean-up fails. */
  failToCleanUp: async (signal) => {
    await untilAborted(signal);
    throw new CaptureVideoError("opencv", "Cannot close the camera: it does not answer");
  },
  /** The clean-up never ends. */
  hang: async (signal) => {
    await untilAborted(signal);
    console.log("hanging");
    await new Promise(() => setInterval(() => {}, 60_000));
  },

  expectedError: () => {
    throw new CaptureVideoError("connection", "Cannot reach camera:1: it is\nnot there");
  },
  systemError: async () => {
    using _ = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    Deno.listen({ hostname: "127.0.0.1", port: _.addr.port });
    await Promise.resolve();
  },
  bug: () => {
    throw new TypeError("x is undefined");
  },
  notAnError: () => {
    throw "a text";
  },
  /** An error that nobody waits for, while the program works. */
  lostRejection: async (signal) => {
    Promise.reject(new TypeError("lost"));
    await untilAborted(signal);
    console.log("cleaned up");
  },
  lostException: async (signal) => {
    setTimeout(() => {
      throw new TypeError("thrown in a timer");
    });
    await untilAborted(signal);
    console.log("cleaned up");
  },
  /** Two errors that nobody waits for, and then the end. */
  outlive: async () => {
    for (let i = 0; i < 2; i++) {
      Promise.reject(new TypeError("lost"));
      await new Promise((resolve) => setTimeout(resolve));
    }
    console.log("went on");
  },
  /** Returns, but leaves something behind that keeps the process alive. */
  leak: () => {
    setInterval(() => {}, 60_000);
  },
  leakAfterFailure: () => {
    setInterval(() => {}, 60_000);
    throw new CaptureVideoError("opencv", "Cannot go on: enough");
  },
};

function untilAborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // As a socket would, this keeps the process alive until the abort.
  const timer = setInterval(() => {}, 60_000);
  signal.addEventListener("abort", () => {
    clearInterval(timer);
    resolve();
  });
  console.log("working");
  return promise;
}

const outlivesBugs = Deno.args.includes("outlive");
await runMain({ program: "guest", options: OPTIONS, outlivesBugs }, async (settings, signal) => {
  const scenario = SCENARIOS[settings.output ?? "settings"];
  if (scenario === undefined) throw new Error(`there is no scenario ${settings.output}`);
  if (settings.overlay) log.info("a line from the body");
  await scenario(signal, settings);
});
