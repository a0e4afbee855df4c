/**
 * Debian's Chromium, without a window, in the test's hands.
 *
 * @example
 * ```ts ignore
 * import { Browser } from "./browser.ts";
 *
 * await using browser = await Browser.start();
 * const page = await browser.open("http://127.0.0.1:8080/");
 * await page.until("a title", () => document.title);
 * ```
 * @module
 */

import { testUnless } from "./test_unless.ts";
import { until } from "./until.ts";

/** Finds it by the name that the system's package gave it. */
const FIND = "command -v chromium || command -v chromium-browser || command -v google-chrome";

/** Starts it; it is spoken with over two pipes. */
const START = `exec "$(${FIND})" "$@" 3<&0 4>&1 </dev/null >/dev/null`;

const FLAGS = [
  "--headless=new",
  "--no-sandbox", // it cannot have one as root, and sees only our own pages
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--remote-debugging-pipe",
  "--autoplay-policy=no-user-gesture-required",
];

/** A screen, in pixels of the page. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
  /** Whether it is touched, as a phone's is. */
  readonly mobile?: boolean;
}

/** How it is started. */
export interface BrowserOptions {
  /** Further flags. */
  readonly flags?: readonly string[];
  /** The network namespace it runs in; this process's own when left out. */
  readonly namespace?: string;
}

/** What Chromium says of something that failed in a page. */
interface ExceptionDetails {
  readonly text: string;
  readonly exception?: { readonly description?: string };
}

/** Why there is no browser to test with; `undefined` where there is one. */
export function whyNoBrowser(): string | undefined {
  const { success } = new Deno.Command("sh", { args: ["-c", FIND] }).outputSync();
  return success ? undefined : "there is no Chromium";
}

/** A test that needs a browser; where there is none it is skipped, and says so. */
export function browserTest(name: string, fn: (t: Deno.TestContext) => Promise<void>): void {
  testUnless(whyNoBrowser(), name, fn);
}

type Parameters = Record<string, unknown>;

/** The pages of one Chromium, with a profile of their own. */
export class Browser implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #reading: Promise<unknown>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #folder: string;
  readonly #answers = new Map<number, PromiseWithResolvers<Parameters>>();
  readonly #pages = new Map<string, Page>();
  #calls = 0;

  private constructor(process: Deno.ChildProcess, folder: string) {
    this.#process = process;
    this.#folder = folder;
    this.#writer = process.stdin.getWriter();
    this.#reading = Promise.all([this.#read(), new Response(process.stderr).text()]);
  }

  /** Starts it. */
  static async start({ flags = [], namespace }: BrowserOptions = {}): Promise<Browser> {
    const folder = await Deno.makeTempDir({ prefix: "capturevideo-browser-" });
    const own = [...FLAGS, ...flags, `--user-data-dir=${folder}`, "about:blank"];
    const command = ["sh", "-c", START, "sh", ...own];
    const [program = "", ...args] = namespace === undefined
      ? command
      : ["ip", "netns", "exec", namespace, ...command];
    const process = new Deno.Command(program, {
      ...{ args, stdin: "piped", stdout: "piped", stderr: "piped" },
    }).spawn();
    const browser = new Browser(process, folder);
    await browser.call("Browser.getVersion");
    return browser;
  }

  /** Opens a page in a tab of its own. */
  async open(url: string, viewport: Viewport = { width: 1000, height: 720 }): Promise<Page> {
    const { targetId } = await this.call("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.call("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this, { session: String(sessionId), target: String(targetId) });
    this.#pages.set(String(sessionId), page);
    const { width, height, mobile = false } = viewport;
    await page.call("Page.enable");
    await page.call("Runtime.enable");
    await page.call("Network.enable");
    await page.call("Log.enable");
    await page.show();
    await page.call("Emulation.setDeviceMetricsOverride", {
      ...{ width, height, mobile, deviceScaleFactor: mobile ? 2 : 1 },
    });
    await page.go(url);
    return page;
  }

  /** Calls a method of the DevTools protocol. */
  async call(method: string, params: Parameters = {}, sessionId?: string): Promise<Parameters> {
    const id = ++this.#calls;
    const answer = Promise.withResolvers<Parameters>();
    this.#answers.set(id, answer);
    const message = JSON.stringify({ id, method, params, ...sessionId && { sessionId } });
    await this.#writer.write(new TextEncoder().encode(`${message}\0`));
    return await answer.promise;
  }

  /** Ends it, and removes its profile. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.call("Browser.close");
    await this.#process.status;
    await this.#reading;
    await this.#writer.abort();
    await until("the profile removed", async () => {
      // Its last processes may still write there.
      try {
        await Deno.remove(this.#folder, { recursive: true });
        return true;
      } catch {
        return false;
      }
    });
  }

  /** Takes what it says, to its end. */
  async #read(): Promise<void> {
    let begun = "";
    for await (const text of this.#process.stdout.pipeThrough(new TextDecoderStream())) {
      const messages = (begun + text).split("\0");
      begun = messages.pop()!;
      for (const message of messages) this.#take(JSON.parse(message));
    }
    const ended = new Error("Chromium has ended, or does not start; `deno task setup test` has it");
    for (const answer of this.#answers.values()) answer.reject(ended);
  }

  #take(message: Parameters): void {
    const { id, result, error, method, params, sessionId } = message;
    if (typeof id !== "number") {
      this.#pages.get(String(sessionId))?.happened(String(method), params as Parameters);
      return;
    }
    const answer = this.#answers.get(id);
    this.#answers.delete(id);
    if (error) answer?.reject(new Error(`Chromium says: ${JSON.stringify(error)}`));
    else answer?.resolve(result as Parameters);
  }
}

/** A page. */
export class Page {
  /** The URLs that were asked for. */
  readonly requested: string[] = [];
  /** What the page's console and the browser have complained of. */
  readonly complaints: string[] = [];
  readonly #browser: Browser;
  readonly #session: string;
  readonly #target: string;

  constructor(browser: Browser, { session, target }: { session: string; target: string }) {
    this.#browser = browser;
    this.#session = session;
    this.#target = target;
  }

  /** Notes an event. */
  happened(method: string, params: Parameters): void {
    if (method === "Network.requestWillBeSent") {
      this.requested.push((params["request"] as { url: string }).url);
    } else if (method === "Network.webSocketCreated") this.requested.push(String(params["url"]));
    else if (method === "Runtime.exceptionThrown") {
      this.complaints.push(describe(params["exceptionDetails"] as ExceptionDetails));
    } else if (method === "Log.entryAdded") {
      const { level, text } = params["entry"] as { level: string; text: string };
      if (level === "error") this.complaints.push(text);
    }
  }

  /** Calls a method of the DevTools protocol for this page. */
  call(method: string, params: Parameters = {}): Promise<Parameters> {
    return this.#browser.call(method, params, this.#session);
  }

  /** Goes to a URL. */
  async go(url: string): Promise<void> {
    await this.call("Page.navigate", { url });
    await this.until("the page", () => document.readyState === "complete");
  }

  /** Runs a function in the page, which sees nothing of the test but its arguments. */
  async run<A extends unknown[], T>(code: (...args: A) => T, ...args: A): Promise<Awaited<T>> {
    const expression = `(${code})(${args.map((value) => JSON.stringify(value)).join()})`;
    return await this.evaluate(expression) as Awaited<T>;
  }

  /** The value of an expression in the page. */
  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.call("Runtime.evaluate", {
      ...{ expression, awaitPromise: true, returnByValue: true, userGesture: true },
    });
    if (exceptionDetails) throw new Error(describe(exceptionDetails as ExceptionDetails));
    return (result as { value?: unknown }).value;
  }

  /** Looks in the page until something is found. */
  async until<A extends unknown[], T>(
    what: string,
    look: (...args: A) => T,
    ...args: A
  ): Promise<NonNullable<Awaited<T>>> {
    const found = await until<unknown>(what, async () => await this.run(look, ...args) || false);
    return found as NonNullable<Awaited<T>>;
  }

  /** Presses and releases a key. */
  async press(key: string): Promise<void> {
    for (const type of ["keyDown", "keyUp"]) {
      await this.call("Input.dispatchKeyEvent", {
        type,
        key,
        ...key.length === 1 && { text: key },
        // What closes a dialog is known by its code.
        ...key === "Escape" && { windowsVirtualKeyCode: 27 },
      });
    }
  }

  /** The page as it is seen, in PNG. */
  async screenshot(): Promise<Uint8Array> {
    const { data } = await this.call("Page.captureScreenshot", { format: "png" });
    return Uint8Array.from(atob(String(data)), (character) => character.charCodeAt(0));
  }

  /** Has it seen, although another tab may be in front. */
  async show(): Promise<void> {
    await this.call("Emulation.setFocusEmulationEnabled", { enabled: true });
  }

  /** Puts another tab in front of it. */
  async hide(): Promise<void> {
    await this.call("Emulation.setFocusEmulationEnabled", { enabled: false });
    await this.#browser.call("Target.createTarget", { url: "about:blank" });
  }

  /** Closes it. */
  async close(): Promise<void> {
    await this.#browser.call("Target.closeTarget", { targetId: this.#target });
  }
}

function describe({ text, exception }: ExceptionDetails): string {
  return exception?.description ?? text;
}
