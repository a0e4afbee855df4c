/**
 * Opens a page in the browser of this computer, where there is one.
 *
 * @module
 */

import { namesDisplay } from "../cli/environment.ts";
import { isNoProgram } from "../flow/errors.ts";

/** What opens a link as a click would, by the system; the link comes behind it. */
const OPENERS: Partial<Record<typeof Deno.build.os, readonly string[]>> = {
  linux: ["xdg-open"],
  darwin: ["open"],
  windows: ["rundll32", "url.dll,FileProtocolHandler"],
};

/**
 * Opens it, and waits for nothing; what it takes is not there on a server, which is no fault.
 *
 * @param url which must hold no secret: everyone on this computer can read a command line
 * @returns whether there was something to open it with
 */
export function openBrowser(url: string): boolean {
  const [program, ...args] = OPENERS[Deno.build.os] ?? [];
  if (program === undefined || !hasDisplay()) return false;
  try {
    const silent = { stdin: "null", stdout: "null", stderr: "null" } as const;
    new Deno.Command(program, { ...silent, args: [...args, url] }).spawn().unref();
    return true;
  } catch (error) {
    if (isNoProgram(error)) return false;
    throw error;
  }
}

/** Without one `xdg-open` may start a browser in the terminal, and take that over. */
function hasDisplay(): boolean {
  return Deno.build.os !== "linux" || namesDisplay();
}
