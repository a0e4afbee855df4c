/**
 * Proves a name and password to a camera: HTTP's Basic (RFC 7617) and Digest (RFC 7616, and the
 * older RFC 2069).
 *
 * @example
 * ```ts
 * import { authorize, strongestChallenge } from "./authentication.ts";
 *
 * const challenge = strongestChallenge(['Basic realm="camera"'])!;
 * const value = authorize(challenge, { name: "me", password: "secret", target: "/", count: 1 });
 * console.assert(value === "Basic bWU6c2VjcmV0");
 * ```
 * @module
 */

import { Buffer } from "node:buffer";
import { createHash, randomBytes } from "node:crypto";

/** How a camera wants the password proved. */
export interface Challenge {
  readonly scheme: "basic" | "digest";
  /** Its parameters by lower-case names. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Whose password is proved, and for what. */
export interface Proof {
  readonly name: string;
  readonly password: string;
  /** Path and query of the request. */
  readonly target: string;
  /** How often this challenge was answered, this time included. */
  readonly count: number;
  /** A random text; another each time when left out. */
  readonly clientNonce?: string;
}

/** The hashes that are known, the better ones first, with Node's names. */
const HASHES = new Map([["sha-512-256", "sha512-256"], ["sha-256", "sha256"], ["md5", "md5"]]);

/** The best of the ways that the camera offers and this program knows. */
export function strongestChallenge(values: readonly string[]): Challenge | undefined {
  const known = values.flatMap(parseChallenges).filter(({ scheme, parameters }) =>
    scheme === "basic" || scheme === "digest" && HASHES.has(hashName(parameters))
  ) as Challenge[];
  const rank = ({ scheme, parameters }: Challenge) =>
    scheme === "basic" ? Infinity : [...HASHES.keys()].indexOf(hashName(parameters));
  return known.toSorted((one, other) => rank(one) - rank(other))[0];
}

/** The value of the header `Authorization` that answers a challenge. */
export function authorize(challenge: Challenge, proof: Proof): string {
  const { name, password } = proof;
  if (challenge.scheme === "digest") return digest(challenge.parameters, proof);
  return `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
}

function digest(parameters: ReadonlyMap<string, string>, proof: Proof): string {
  const { name, password, target, count } = proof;
  const get = (key: string) => parameters.get(key) ?? "";
  const algorithm = HASHES.get(hashName(parameters))!;
  const hash = (...texts: string[]) => createHash(algorithm).update(texts.join(":")).digest("hex");
  const clientNonce = proof.clientNonce ?? randomBytes(16).toString("hex");
  const offered = get("qop").toLowerCase().split(/[\s,]+/);
  const qop = ["auth", "auth-int"].find((one) => offered.includes(one));

  let user = hash(name, get("realm"), password);
  if (isSession(parameters)) user = hash(user, get("nonce"), clientNonce);
  // The request has no content, and "auth-int" proves that as well.
  const request = qop === "auth-int" ? hash("GET", target, hash("")) : hash("GET", target);
  const nc = count.toString(16).padStart(8, "0");
  const response = qop
    ? hash(user, get("nonce"), nc, clientNonce, qop, request)
    : hash(user, get("nonce"), request);

  const fields = [
    ...[["username", name], ["realm", get("realm")], ["nonce", get("nonce")], ["uri", target]],
    ["response", response],
  ].map(([key, value]) => `${key}="${value!.replaceAll(/[\\"]/g, "\\$&")}"`);
  if (parameters.has("algorithm")) fields.push(`algorithm=${get("algorithm")}`);
  if (parameters.has("opaque")) fields.push(`opaque="${get("opaque")}"`);
  if (qop) fields.push(`qop=${qop}`, `nc=${nc}`);
  if (qop || isSession(parameters)) fields.push(`cnonce="${clientNonce}"`);
  return `Digest ${fields.join(", ")}`;
}

function hashName(parameters: ReadonlyMap<string, string>): string {
  return (parameters.get("algorithm") ?? "md5").toLowerCase().replace(/-sess$/, "");
}

function isSession(parameters: ReadonlyMap<string, string>): boolean {
  return /-sess$/i.test(parameters.get("algorithm") ?? "");
}

/** The challenges in one header's value, which may hold several, separated by commas as well. */
function parseChallenges(value: string): { scheme: string; parameters: Map<string, string> }[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  const TOKEN = /([\w-]+)(?:\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s,]*)))?/g;
  for (const [, word = "", quoted, plain] of value.matchAll(TOKEN)) {
    const text = quoted?.replaceAll(/\\(.)/g, "$1") ?? plain;
    if (text !== undefined) challenges.at(-1)?.parameters.set(word.toLowerCase(), text);
    else challenges.push({ scheme: word.toLowerCase(), parameters: new Map() });
  }
  return challenges;
}
