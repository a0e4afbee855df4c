/**
 * Asks a camera for its pictures over HTTP: a request at a time, with redirects and a password.
 *
 * @module
 */

import { describeError } from "../../text/error_text.ts";
import { CaptureVideoError } from "../../flow/errors.ts";
import { credentials, splitUrl, withoutPassword } from "../../text/passwords.ts";
import { shorten } from "../../text/printable.ts";
import { deadline } from "../../flow/timing.ts";
import { VERSION } from "../../cli/version.ts";
import { addressOf } from "../address.ts";
import { authorize, type Challenge, strongestChallenge } from "./authentication.ts";
import { type CameraConnection, connect } from "./connection.ts";
import { type HttpAnswer, readAnswer } from "./http_answer.ts";
import { header } from "./response_head.ts";

/** More than any camera needs: some lead once from `/` to a page, once to https. */
const MAX_REDIRECTS = 5;

/** So much is shown of where a camera leads; it may write as much as it likes. */
const MAX_SHOWN_CHARACTERS = 200;

/** A request without a password, one with it, and one more when the challenge was out of date. */
const MAX_ATTEMPTS = 3;

/** So long may an answer take on a connection that was left open, before a new one is made. */
const REUSE_TIMEOUT_MS = 2000;

/** What a camera means by a status, where it has a meaning of its own. */
const STATUS_WORDS: Readonly<Record<number, string>> = {
  403: "it does not permit that (403)",
  404: "no such page (404)",
  410: "no such page (410)",
  429: "it is asked too often (429)",
  503: "it is busy (503); many cameras serve only a few at once",
};

/**
 * One camera by its URL.
 *
 * - Credentials go to the origin that they were given for, never to where a redirect leads else.
 * - A challenge is remembered, so that the next request needs no second try.
 * - A connection is used again where the camera leaves it open.
 */
export class HttpClient {
  readonly #url: URL;
  readonly #zone: string;
  readonly #description: string;
  /** Name and password, where the URL holds them. */
  readonly #credentials: readonly [name: string, password: string] | undefined;
  readonly #signal: AbortSignal;
  #challenge: { challenge: Challenge; count: number } | undefined;
  /** Whether it answers on connections that it leaves open. */
  #answersAgain = true;
  /** The one connection there is, whom it leads to, and whether it may be used again. */
  #connection: CameraConnection | undefined;
  #origin = "";
  #isIdle = false;

  /**
   * @param url as it was typed, name and password in it
   * @param signal ends the request and the answer, at any time, and the connection
   * @throws {CaptureVideoError} `camera-unavailable`, when it is none
   */
  constructor(url: string, signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", () => this.#connection?.close());
    this.#description = withoutPassword(url);
    const split = splitUrl(url);
    const address = split && addressOf(split);
    if (!address) throw this.#failure("that is not a valid address");
    this.#url = address.url;
    this.#zone = address.zone;
    if (split.userInfo !== undefined) this.#credentials = credentials(split.userInfo);
  }

  /**
   * Asks, and follows where the camera leads.
   *
   * @throws {CaptureVideoError} `camera-unavailable`, saying what the camera says
   */
  async get(): Promise<HttpAnswer> {
    let url = this.#url;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const answer = await this.#getFrom(url);
      const { status } = answer.head;
      const to = status >= 300 && status < 400 ? header(answer.head, "location") : "";
      if (to === "") return this.#checked(answer);
      answer.close();
      const next = URL.parse(to, url);
      if (!next || !/^https?:$/.test(next.protocol)) {
        const shown = shorten(withoutPassword(to), MAX_SHOWN_CHARACTERS);
        throw this.#failure(`it leads to ${shown}, which is no address for pictures`);
      }
      url = next;
    }
    throw this.#failure("it leads from one address to the next without end");
  }

  /** Keeps a connection whose answer has ended for the next request. */
  keep(answer: HttpAnswer): void {
    this.#isIdle = answer.head.isPersistent && this.#answersAgain;
    if (!this.#isIdle) answer.close();
  }

  /** One address, as often as its password takes. */
  async #getFrom(url: URL): Promise<HttpAnswer> {
    for (let attempt = 1;; attempt++) {
      const known = this.#challenge;
      const answer = await this.#request(url);
      if (answer.head.status !== 401) return answer;
      answer.close();
      const words = "wrong name or password (401)";
      if (!this.#isFirst(url)) {
        throw this.#failure(`${words}: it leads to ${url.origin}, which gets none`);
      }
      if (!this.#credentials) throw this.#failure(`${words}: the address holds none`);
      const offers = answer.head.headers.get("www-authenticate") ?? ["Basic"];
      const challenge = strongestChallenge(offers);
      if (!challenge) throw this.#failure("it asks for a password in a way not known here (401)");
      // An answer to this very challenge was wrong, unless it only has run out.
      const isStale = challenge.parameters.get("stale")?.toLowerCase() === "true";
      if (attempt === MAX_ATTEMPTS || attempt > 1 && known && !isStale) {
        this.#challenge = undefined;
        throw this.#failure(words);
      }
      this.#challenge = { challenge, count: 0 };
    }
  }

  /** Whether a URL is of the camera that was named, not of one that it leads to. */
  #isFirst({ origin }: URL): boolean {
    return origin === this.#url.origin;
  }

  async #request(url: URL): Promise<HttpAnswer> {
    const idle = this.#isIdle && this.#origin === url.origin ? this.#connection : undefined;
    if (!idle) this.#connection?.close();
    this.#isIdle = false;
    const request = new TextEncoder().encode(this.#requestText(url));
    try {
      if (idle) {
        return await deadline(exchange(idle, request), {
          ms: REUSE_TIMEOUT_MS,
          error: () => {
            this.#answersAgain = false;
            return this.#failure("no answer on a connection that was left open");
          },
        });
      }
    } catch {
      // The camera has closed it, or leaves it open and does not answer: then none is kept again.
      idle?.close();
    }
    const zone = this.#isFirst(url) ? this.#zone : "";
    try {
      this.#connection = await connect(url, { zone, signal: this.#signal });
      this.#origin = url.origin;
      this.#signal.throwIfAborted();
      return await exchange(this.#connection, request);
    } catch (error) {
      this.#connection?.close();
      this.#signal.throwIfAborted();
      if (error instanceof CaptureVideoError) throw this.#failure(error.message);
      const { line, expected } = describeError(error, this.#action);
      if (expected) throw this.#failure(line.slice(`Cannot ${this.#action}: `.length));
      if (!isTlsError(error)) throw error;
      throw this.#failure(`no encrypted connection can be made (${error.message})`);
    }
  }

  #requestText(url: URL): string {
    const target = url.pathname + url.search;
    const lines = [
      `GET ${target} HTTP/1.1`,
      `Host: ${url.host}`,
      `User-Agent: capturevideo/${VERSION}`,
      "Accept: multipart/x-mixed-replace, image/jpeg, */*",
      "Accept-Encoding: identity",
      "Connection: keep-alive",
    ];
    if (this.#challenge && this.#credentials && this.#isFirst(url)) {
      const [name, password] = this.#credentials;
      const proof = { name, password, target, count: ++this.#challenge.count };
      lines.push(`Authorization: ${authorize(this.#challenge.challenge, proof)}`);
    }
    return `${lines.join("\r\n")}\r\n\r\n`;
  }

  #checked(answer: HttpAnswer): HttpAnswer {
    const { status } = answer.head;
    if (status >= 200 && status < 300) return answer;
    answer.close();
    const words = STATUS_WORDS[status] ??
      (status >= 500 ? `it reports a fault of its own (${status})` : `it answers with ${status}`);
    throw this.#failure(words);
  }

  get #action(): string {
    return `open ${this.#description}`;
  }

  #failure(words: string): CaptureVideoError {
    return new CaptureVideoError("camera-unavailable", `Cannot ${this.#action}: ${words}`);
  }
}

async function exchange(connection: CameraConnection, request: Uint8Array): Promise<HttpAnswer> {
  await connection.write(request);
  return await readAnswer(connection);
}

/** Errors of TLS are Node's, with codes of their own. */
function isTlsError(error: unknown): error is Error {
  return error instanceof Error && typeof (error as { code?: unknown }).code === "string";
}
