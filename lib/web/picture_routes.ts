/**
 * Pictures for other people's programs, under the names that they ask for.
 *
 * | request | gives |
 * | --- | --- |
 * | `/stream`, `/?action=stream` | pictures without end, `multipart/x-mixed-replace` |
 * | `/snapshot`, `/?action=snapshot` | one JPEG, captured after the request |
 * | the same with `cached` | the newest JPEG there is, at once where one was sent lately |
 * | any with `camera=NAME` | that of one of several cameras; else, of the first |
 *
 * @module
 */

import type { Context } from "hono";
import { withPort } from "../cli/address.ts";
import type { CountedGuest } from "../channel/session.ts";
import type { Cameras } from "../channel/cameras.ts";
import type { Channel } from "../channel/channel.ts";
import type { Admission } from "../host/admission.ts";
import { cameraOf } from "./camera_choice.ts";
import { FrameParts, MULTIPART, type PicturePart } from "./frame_parts.ts";
import { takeSnapshot } from "./snapshot.ts";
import { StreamReader } from "./stream_reader.ts";
import type { WebApp, WebEnvironment } from "./web_app.ts";

/** A picture that is no older is good enough for `cached`, in microseconds. */
const CACHED_MICROS = 1_000_000;

/** Safari, and whatever else shows a part when the one behind it comes. */
const NEEDS_TWO = /AppleWebKit(?!.*\bChrom)/;

/** What is said of readers. */
export interface ReaderReport {
  joined(peer: string, camera?: string): void;
  left(peer: string, reason: string, welcomed: boolean): void;
}

/** Options of {@linkcode PictureRoutes}. */
export interface PictureRoutesOptions {
  readonly cameras: Cameras;
  /** Who may read: readers are guests like others. */
  readonly admission: Admission;
  /** The key that readers have to have now; nothing where none is needed. */
  readonly key?: () => string | undefined;
  /** The host's monotonic clock, in microseconds. */
  readonly now: () => number;
  readonly report: ReaderReport;
}

/** The routes, and who reads by them now. */
export class PictureRoutes {
  readonly #options: PictureRoutesOptions;
  readonly #parts = new Map<Channel, FrameParts>();
  readonly #readers = new Map<StreamReader, Pick<CountedGuest, "peer" | "camera">>();

  constructor(options: PictureRoutesOptions) {
    this.#options = options;
    for (const channel of options.cameras.channels) {
      this.#parts.set(channel, new FrameParts(options.now));
    }
  }

  guests(): CountedGuest[] {
    return Array.from(this.#readers, ([reader, who]) => {
      const { sent, skipped } = reader;
      return {
        ...{ identity: reader, ...who },
        ...{ sent, skipped, inFlight: 0, rendition: "full", rttMs: null },
      };
    });
  }

  close(): void {
    for (const reader of this.#readers.keys()) reader.cut("the host was ended");
  }

  /** Mounts them; what `/` is besides has to be mounted behind them. */
  mount(app: WebApp): void {
    app.get("/stream", (context) => this.#stream(context));
    app.get("/snapshot", (context) => this.#snapshot(context));
    app.get("/", (context, next) => {
      const action = context.req.query("action");
      if (action === undefined) return next();
      if (action === "stream") return this.#stream(context);
      if (action === "snapshot") return this.#snapshot(context);
      return Promise.resolve(context.text("There is stream, and snapshot\n", 400));
    });
  }

  #stream(context: Context<WebEnvironment>): Promise<Response> {
    const channel = cameraOf(context, this.#options.cameras);
    if (channel instanceof Response) return Promise.resolve(channel);
    const headers = { "Content-Type": MULTIPART, ...HEADERS };
    if (context.req.method === "HEAD") return Promise.resolve(new Response(null, { headers }));
    const { cameras, admission, key = () => undefined, now, report } = this.#options;
    const given = key();
    const { hostname, port } = context.env.remote!;
    const peer = `${withPort(hostname, port)} (stream)`;
    const ending = new DisposableStack();
    const reader = new StreamReader({
      address: hostname,
      parts: this.#parts.get(channel)!,
      now,
      needsTwo: NEEDS_TWO.test(context.req.header("User-Agent") ?? ""),
      mayStay: () => key() === given,
      onEnd: (reason) => {
        ending.dispose();
        this.#readers.delete(reader);
        report.left(peer, reason, true);
      },
    });
    const place = admission.enter(reader);
    const refused = admission.admit(reader);
    if (refused !== undefined) {
      place[Symbol.dispose]();
      return Promise.resolve(context.text(`${refused}\n`, 503, { "Retry-After": "5" }));
    }
    this.#readers.set(reader, { peer, camera: channel.name });
    report.joined(peer, cameras.nameAmongOthers(channel));
    ending.use(place);
    ending.use(channel.subscribe(reader));
    return Promise.resolve(new Response(reader.body(), { headers }));
  }

  async #snapshot(context: Context<WebEnvironment>): Promise<Response> {
    const { cameras, admission, now } = this.#options;
    const channel = cameraOf(context, cameras);
    if (channel instanceof Response) return channel;
    const headers = { "Content-Type": "image/jpeg", ...HEADERS };
    if (context.req.method === "HEAD") return new Response(null, { headers });
    const parts = this.#parts.get(channel)!;
    const isCached = context.req.query("cached") !== undefined;
    const sinceMicros = isCached ? now() - CACHED_MICROS : now();
    const { newest } = parts;
    if (isCached && newest && newest.capturedAtMicros >= sinceMicros) return jpegOf(newest);
    const { hostname: address } = context.env.remote!;
    const { signal } = context.req.raw;
    const taken = await takeSnapshot({ channel, admission, address, parts, sinceMicros, signal });
    return "why" in taken
      ? context.text(`There is no picture: ${taken.why}\n`, 503, { "Retry-After": "1" })
      : jpegOf(taken);
  }
}

/** A picture may be shown in the pages of others on the same computer, as OctoPrint does. */
const HEADERS = {
  "Cache-Control": "no-store, no-transform",
  "Cross-Origin-Resource-Policy": "same-site",
};

function jpegOf({ jpeg, timestamp }: PicturePart): Response {
  return new Response(jpeg as Uint8Array<ArrayBuffer>, {
    headers: {
      "Content-Type": "image/jpeg",
      "Content-Length": String(jpeg.length),
      "X-Timestamp": timestamp,
      ...HEADERS,
    },
  });
}
