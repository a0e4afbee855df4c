/**
 * Names and passwords in what people type for a camera: found however they are written, so that
 * they can be used, and never shown.
 *
 * @example
 * ```ts
 * import { splitUrl, withoutPassword } from "./passwords.ts";
 *
 * console.assert(withoutPassword("rtsp://me:sec#ret@door.local/main") === "rtsp://door.local/main");
 * console.assert(splitUrl("http://me:a@b@10.0.0.7/")?.userInfo === "me:a@b");
 * ```
 * @module
 */

import { unescaped } from "./unescaped.ts";

/** The parts of a URL that say who asks, and where. */
export interface SplitUrl {
  /** With `://`. */
  readonly scheme: string;
  /** Name and password as they were typed, or nothing. */
  readonly userInfo: string | undefined;
  /** Host, port, path and query. */
  readonly location: string;
}

/** How a name or password is written that holds characters which mean something in a URL. */
export const ESCAPING_HINT =
  "in its name and password write %23 for #, %2F for /, %3F for ?, %40 for @, %25 for %, %20 for a space";

const SCHEME = /^[a-z][a-z0-9+.-]{0,20}:\/\//i;

/** A host with its port, and then the end or what cannot belong to either. */
const HOST =
  /^(?:\[[\da-f:.]+(?:%[^[\]\s]*)?\]|[\p{L}\p{N}_][\p{L}\p{N}_.-]*)(?::\d{0,5})?(?=[/?#\s]|$)/iu;

/** Nobody takes these for a name with a password behind it. */
const SURE_HOST = /^(?:\[|localhost\b|[^/?#\s:]+\.[^/?#\s:])/i;

/** In a path, whatever stands in front of an `@` behind which a host may begin. */
const IN_FRONT_OF_HOST = /^.*@(?=\[|localhost\b|[^/?#\s:@][^/?#\s:@.]*\.[^/?#\s:@]+[:/?#])/s;

/** Parameters of a URL or path that hold a secret. */
const SECRET_PARAMETER =
  /([/?&;#_](?:\w{0,20}(?:pass|pwd|psw|token|secret|key|auth|sess|cred)\w{0,20}|\w{0,20}(?:pas|pw|sid|sig|pin))=)(?!…).+$/is;

/** Properties of GStreamer's elements that hold a name, a password, or headers with them. */
const SECRET_PROPERTY =
  /(?<=\s)((?:[\w-]{1,20}-)?(?:user-id|proxy-id|pw|user|passw(?:or)?d|passphrase|secret|token|headers|cookies)\s*=\s*)(?!…)("(?:\\.|[^"\\])*"|'[^']*'|(?:\\.|[^\s\\])+)/gi;

/** A URL in a text: to the closing quote if it is in quotes, else as far as it may go. */
const URL_IN_TEXT =
  /(?<=")[a-z][a-z0-9+.-]{0,20}:\/\/(?:\\.|[^"\\])*|[a-z][a-z0-9+.-]{0,20}:\/\/(?:(?!\s!\s|\b[a-z][a-z0-9+.-]{0,20}:\/\/).)*/gis;

/**
 * The parts of a URL, also where name or password hold `@`, `#`, `/`, `?` or spaces as they are:
 * they end at the last `@` that a host follows.
 *
 * @returns nothing where no host can be made out
 */
export function splitUrl(url: string): SplitUrl | undefined {
  const scheme = SCHEME.exec(url)?.[0];
  if (scheme === undefined) return undefined;
  const rest = url.slice(scheme.length);
  const at = endOfUserInfo(rest);
  if (at === undefined) return undefined;
  return { scheme, userInfo: at < 0 ? undefined : rest.slice(0, at), location: rest.slice(at + 1) };
}

/** Where the `@` is, -1 where there is none, nothing where there is no host behind any. */
function endOfUserInfo(rest: string): number | undefined {
  const authority = /^[^/?#\s]*/.exec(rest)![0];
  const ats = hostsBehindAts(rest);
  const sure = ats.filter((at) => SURE_HOST.test(rest.slice(at + 1)));
  const last = authority.lastIndexOf("@");
  if (last >= 0 && SURE_HOST.test(authority.slice(last + 1)) && ats.includes(last)) return last;
  if (last < 0 && HOST.test(rest) && (SURE_HOST.test(rest) || sure.length === 0)) return -1;
  if (last >= 0 && ats.includes(last) && sure.length === 0) return last;
  return sure.at(-1) ?? ats.at(-1);
}

/** Where every `@` is that a host follows. */
function hostsBehindAts(text: string): number[] {
  return Array.from(text.matchAll(/@/g), ({ index }) => index)
    .filter((at) => HOST.test(text.slice(at + 1)));
}

/** The URL as every reader of URLs understands it: name and password escaped, spaces too. */
export function escapedUrl({ scheme, userInfo, location }: SplitUrl): string {
  const [name, password] = credentials(userInfo);
  const user = userInfo === undefined
    ? ""
    : `${encodeURIComponent(name)}${userInfo.includes(":") ? ":" : ""}${
      encodeURIComponent(password)
    }@`;
  // A camera is sent no fragment, so this # is one of a password in the query.
  const whole = location.replace(/\?.*$/s, (query) => query.replaceAll("#", "%23"));
  return scheme + user + whole.replaceAll(/\s/g, encodeURIComponent);
}

/** Name and password, unescaped; what is no valid escape stands for itself. */
export function credentials(userInfo = ""): [name: string, password: string] {
  const colon = `${userInfo}:`.indexOf(":");
  return [unescaped(userInfo.slice(0, colon)), unescaped(userInfo.slice(colon + 1))];
}

/** Whether name or password hold characters that should have been escaped. */
export function needsEscaping({ userInfo = "" }: SplitUrl): boolean {
  return /[@#/?\s]|%(?![\da-f]{2})/i.test(userInfo);
}

/**
 * A source, or any other text that may hold one, as logs and guests may see it: URLs without name
 * and password, and without what stands behind the name of a secret.
 */
export function withoutPassword(text: string): string {
  if (SCHEME.test(text) && splitUrl(text)) return shownUrl(text);
  return text.replace(URL_IN_TEXT, shownUrl).replace(SECRET_PROPERTY, "$1…")
    .replace(/[^\s"']+/g, shownWord);
}

/** Takes out of a library's words every word of a source that is not shown. */
export function withoutWordsOf(source: string, text: string): string {
  const wordsIn = (text: string) => text.split(/([\s"'@:=/,;!?&\\]+)/);
  const shown = new Set(wordsIn(withoutPassword(source)));
  const hidden = new Set(wordsIn(source).filter((word) => word.length > 2 && !shown.has(word)));
  return withoutPassword(wordsIn(text).map((word) => hidden.has(word) ? "…" : word).join(""));
}

/** A word that may be a URL without its beginning. */
function shownWord(word: string): string {
  const at = word.lastIndexOf("@");
  if (at < 0 || word.includes("://") || !word.slice(0, at).includes(":")) return word;
  return HOST.test(word.slice(at + 1)) ? `…${word.slice(at)}` : word;
}

function shownUrl(url: string): string {
  const split = splitUrl(url);
  const scheme = SCHEME.exec(url)?.[0] ?? "";
  // Nothing to hide, or hidden already.
  if (!split) return /^(?:[\s…]|$)/.test(url.slice(scheme.length)) ? url : `${scheme}…`;
  const { location } = split;
  if (!SURE_HOST.test(location) && hostsBehindAts(location).length > 0) return `${scheme}…`;
  // Who knows whether that @ ends a password that began in front of this host.
  const [, host = "", path = ""] = /^([^/?#\s]*)(.*)$/s.exec(location) ?? [];
  const shownPath = path.replace(IN_FRONT_OF_HOST, "/…@");
  return scheme + host + shownPath.replace(SECRET_PARAMETER, "$1…");
}
