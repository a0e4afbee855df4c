/**
 * What systemd, where it runs the host as a service, is told of it.
 *
 * @module
 */

import { notifyServiceManager, watchdogMs } from "../opencv/process.ts";

/** Of so many signs of life one has to arrive in time. */
const SIGNS = 3;

/**
 * Says that guests are let in, and from then on, until it is disposed of, that the host is alive. The
 * event loop that serves the guests says so: when it hangs, nothing is said.
 */
export function tellReady(): Disposable {
  notifyServiceManager("READY=1");
  const limitMs = watchdogMs();
  const signs = limitMs === undefined
    ? undefined
    : setInterval(() => notifyServiceManager("WATCHDOG=1"), limitMs / SIGNS);
  return { [Symbol.dispose]: () => clearInterval(signs) };
}
