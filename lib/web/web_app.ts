/**
 * What every request over HTTP goes through before anything answers it, whoever mounts the routes.
 *
 * @example
 * ```ts
 * import { createWebApp } from "./web_app.ts";
 *
 * const app = createWebApp({ names: ["studio.local"] });
 * app.get("/healthz", (context) => context.text("ok"));
 * const answer = await app.request("http://evil.example/healthz");
 * console.assert(answer.status === 403);
 * ```
 * @module
 */

import { Hono, type MiddlewareHandler } from "hono";
import { hearOut } from "./request_body.ts";

/** What a handler knows of a request besides what it says. */
export interface WebEnvironment {
  /** Given with each request. */
  readonly Bindings: {
    /** Where it comes from; `undefined` in tests that have no network. */
    readonly remote?: Deno.NetAddr;
  };
}

/** Routes, and what each request goes through. */
export type WebApp = Hono<WebEnvironment>;

/** Options of {@linkcode createWebApp}. */
export interface WebAppOptions {
  /** By what names browsers reach this host, besides its addresses and `localhost`; `*.example`
   * stands for all names of that kind. */
  readonly names: readonly string[];
  /** Is told of an error that no handler has turned into an answer. */
  readonly onBug?: (error: unknown) => void;
}

/** What there is to do over HTTP: nothing is deleted, put or patched. */
const METHODS = ["GET", "HEAD", "POST"];

/** Without these, a picture could be drawn into, or a page framed by, somebody else's page. */
const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; " +
    "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; " +
    "frame-ancestors 'none'",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/** An address cannot be pointed elsewhere as a name can. */
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:.]+\])$/i;

/**
 * An application without routes.
 *
 * - Names: a request by another name than this host's own is refused: somebody may have pointed
 *   that name here, for his page to read what is here.
 * - Origin: a request that another site's page makes is refused, WebSockets and images included.
 * - Headers: those of {@linkcode HEADERS} are on every answer, unless its handler gave others.
 * - Bodies: one that is soon read is, before it is answered, also where nobody has a use for it.
 */
export function createWebApp({ names, onBug = () => {} }: WebAppOptions): WebApp {
  const app: WebApp = new Hono<WebEnvironment>();
  app.use(heardOut);
  app.use(bound);
  app.use(guard(new Set(names.map((name) => name.toLowerCase()))));
  app.notFound((context) => context.text("There is nothing here\n", 404));
  app.onError((error, context) => {
    onBug(error);
    return context.text("This failed; the host's log says why\n", 500);
  });
  return app;
}

function guard(names: ReadonlySet<string>): MiddlewareHandler<WebEnvironment> {
  return async (context, next) => {
    const { method, url } = context.req;
    // What stands in `Host` may be no name at all.
    const asked = URL.parse(url);
    const origin = context.req.header("Origin");
    if (!asked || !isOwn(asked.hostname, names)) {
      return context.text("This host has other names; ask for it by its address\n", 403);
    }
    if (origin !== undefined && hostOf(origin) !== asked.host) {
      return context.text("Another site's page may not ask for this\n", 403);
    }
    if (isElsewhere((name) => context.req.header(name))) {
      return context.text("Another site's page may not show this\n", 403);
    }
    if (!METHODS.includes(method)) {
      return context.text("There is nothing to do here in this way\n", 405, {
        Allow: METHODS.join(", "),
      });
    }
    return await next();
  };
}

/**
 * Whether a page of another site has it in itself, as an image: such requests have no origin, and
 * what cannot be seen there would still open the camera. A link to here is no such thing.
 */
function isElsewhere(header: (name: string) => string | undefined): boolean {
  return header("Sec-Fetch-Site") === "cross-site" && header("Sec-Fetch-Dest") !== "document";
}

/** Reads a body that no handler has read, as far as that is soon done. */
const heardOut: MiddlewareHandler<WebEnvironment> = async ({ req: { raw } }, next) => {
  await next();
  await hearOut(raw);
};

/** Puts the {@linkcode HEADERS} on an answer. */
const bound: MiddlewareHandler<WebEnvironment> = async (context, next) => {
  await next();
  // What a WebSocket is opened with cannot be added to.
  if (context.res.status === 101) return;
  for (const [name, value] of Object.entries(HEADERS)) {
    if (!context.res.headers.has(name)) context.res.headers.set(name, value);
  }
};

function isOwn(hostname: string, names: ReadonlySet<string>): boolean {
  const ofAny = hostname.replace(/^[^.]+/, "*");
  return hostname === "localhost" || ADDRESS.test(hostname) || names.has(hostname) ||
    names.has(ofAny);
}

/** The host of an origin; `undefined` of one that is opaque. */
function hostOf(origin: string): string | undefined {
  return URL.parse(origin)?.host;
}
