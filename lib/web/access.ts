/**
 * Who is let in over HTTPS: whoever gives the host's key.
 *
 * A page gives it once, and has a cookie from then on; programs give it with each request, as
 * password (whatever the name) or as bearer token. The pages themselves are for everybody: without
 * the key they show nothing.
 *
 * @module
 */

import { createHmac } from "node:crypto";
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { withPort } from "../cli/address.ts";
import type { HostPrivacy } from "../privacy/host_privacy.ts";
import { isSame } from "../privacy/proof.ts";
import { readBody } from "./request_body.ts";
import type { WebApp, WebEnvironment } from "./web_app.ts";

/** No key is longer than this, however it is spaced, in bytes. */
const MAX_KEY_BYTES = 256;

/** How long a browser keeps the cookie, in seconds: 30 days. */
const COOKIE_SECONDS = 2_592_000;

/** Who has to wait, does so for this long, in seconds. */
const WAIT_SECONDS = 60;

/** Options of {@linkcode mountAccess}. */
export interface AccessOptions {
  /** Knows the key, and who has guessed too often. */
  readonly privacy: HostPrivacy;
  /** What everybody gets: the paths of the pages. */
  readonly publicPaths: readonly string[];
  readonly report: { left(peer: string, reason: string, welcomed: boolean): void };
}

/** Mounts it: what is mounted behind it, is for those who have the key. */
export function mountAccess(app: WebApp, options: AccessOptions): void {
  const { privacy, publicPaths } = options;
  const pages = new Set(publicPaths);

  app.post("/key", async (context) => {
    const body = await readBody(context.req.raw, MAX_KEY_BYTES);
    if ("status" in body) return context.body(null, body.status);
    const refusal = refuse(context, new TextDecoder().decode(body.bytes), options);
    if (refusal) return refusal;
    setCookie(context, cookieName(context), tokenOf(privacy.key), {
      ...{ prefix: "host", path: "/", secure: true, httpOnly: true },
      sameSite: "Strict",
      maxAge: COOKIE_SECONDS,
    });
    return context.body(null, 204);
  });

  app.use(async (context, next) => {
    const isPage = pages.has(context.req.path) && context.req.query("action") === undefined;
    if (isPage) return await next();
    const cookie = getCookie(context, cookieName(context), "host");
    if (cookie && isSame(cookie, tokenOf(privacy.key))) return await next();
    const given = keyIn(context.req.header("Authorization"));
    const refusal = given === undefined ? ask(context) : refuse(context, given, options);
    return refusal ?? await next();
  });
}

/** One for each port: cookies know of none. */
function cookieName(context: Context): string {
  const { port } = new URL(context.req.url);
  return port === "" ? "capturevideo" : `capturevideo-${port}`;
}

/** Worth as much as the key, and no more once that is another. */
function tokenOf(key: string): string {
  return createHmac("sha256", key).update("browser").digest("base64url");
}

/** The key in an `Authorization`; `undefined` where there is none. */
function keyIn(header: string | undefined): string | undefined {
  const [, scheme, credentials = ""] = /^(Basic|Bearer) +(\S+) *$/i.exec(header ?? "") ?? [];
  if (scheme === undefined) return undefined;
  if (scheme.toLowerCase() === "bearer") return credentials;
  try {
    const text = atob(credentials);
    return text.slice(text.indexOf(":") + 1);
  } catch {
    return "";
  }
}

/** The answer to a key that is not right; `undefined` where it is. */
function refuse(
  context: Context<WebEnvironment>,
  given: string,
  { privacy, report }: AccessOptions,
): Response | undefined {
  const { hostname, port } = context.env.remote!;
  const verdict = privacy.accepts(given, hostname);
  if (verdict === "yes") return undefined;
  const peer = withPort(hostname, port);
  if (verdict === "no") {
    report.left(peer, "its key is not this host's", false);
    return ask(context);
  }
  report.left(peer, "too many wrong keys came from its address", false);
  return context.text("Too many wrong keys came from your address; wait a minute\n", 429, {
    "Retry-After": String(WAIT_SECONDS),
  });
}

function ask(context: Context): Response {
  // A browser would ask by itself, in a window that has nothing to do with the page.
  const isPage = context.req.header("Sec-Fetch-Mode") !== undefined &&
    context.req.header("Sec-Fetch-Mode") !== "navigate";
  return context.text("This host's key is needed\n", 401, {
    "WWW-Authenticate": isPage ? "Key" : 'Basic realm="capturevideo", charset="UTF-8"',
  });
}
