/**
 * From `--source` to a source that works.
 *
 * @module
 */

import { CaptureVideoError, UsageError } from "../flow/errors.ts";
import { needOpenCv } from "../opencv/mod.ts";
import { withoutPassword } from "../text/passwords.ts";
import { BgrSource, type PictureTransform } from "./bgr_source.ts";
import { CameraOpener, type CameraOptions } from "./camera_opener.ts";
import { JpegSource } from "./jpeg_source.ts";
import type { FileSourceOptions } from "./film/file.ts";
import { PatternSource } from "./pattern.ts";
import type {
  FrameSource,
  HearTrouble,
  PictureRequest,
  SourceInfo,
  SourceOptions,
} from "./source.ts";
import {
  isCaptured,
  OUTSIDE_KINDS,
  type OutsideKind,
  parseSource,
  type SourceSpec,
} from "./source_spec.ts";
import { announceSilence, checkStreamUrl, openStream } from "./stream.ts";

// Only the one that is meant is loaded: together they cost a start more than all else.
const file = () => import("./film/open_file.ts");
const live = () => import("./live.ts");
const pipeline = () => import("./pipeline.ts");

/** Which source is meant, and how its pictures are requested. */
export interface SourceSettings
  extends
    SourceOptions,
    PictureTransform,
    Pick<CameraOptions, "format" | "control">,
    Pick<FileSourceOptions, "loop"> {
  /** Camera, file, URL, pipeline, or `test`. */
  source: string;
  /** Whether a source is waited for that is not there yet. */
  wait: boolean;
  /** How long opening may take before it counts as a loss, in seconds. */
  deviceTimeout: number;
}

/**
 * A source that others than this folder open: it gives JPEGs, needs no OpenCV for that, and says
 * itself when it takes long.
 */
export interface OutsideSource {
  /** Looks whether it can be opened, as far as that is quick; see {@linkcode SourceOpener.check}. */
  check?(): Promise<void>;
  /** Opens it; see {@linkcode SourceOpener.open}. */
  open(onTrouble: HearTrouble, signal?: AbortSignal): Promise<FrameSource>;
  /** Has it give something else, where it can. */
  request?(change: Partial<PictureRequest>): void;
}

/** Sources that give what is requested; all others give what they have. */
const ADJUSTABLE: readonly SourceSpec["kind"][] = ["camera", "test", "browser"];

/**
 * Who makes them from what `--source` says, by their kind. A maker is called once, before the first
 * check or opening: the moment to load what only such a source needs.
 */
export type OutsideMakers = Partial<
  Record<OutsideKind, (source: string) => OutsideSource | Promise<OutsideSource>>
>;

/** Options of a {@linkcode SourceOpener}. */
export interface SourceOpenerOptions {
  /** Why JPEGs are decoded even where nothing is drawn on them, as the end of a sentence. */
  needsPixels?: string | undefined;
  /** Called with a line about what was opened. */
  onOpened: (line: string) => void;
  /** Who makes what others open; of a program that has nothing of a kind, nobody. */
  outside?: OutsideMakers;
}

/** Opens one source, again and again: a camera that was pulled out is opened when it is back. */
export class SourceOpener {
  /** The camera, where it is one of this computer's. */
  readonly camera: CameraOpener | undefined;
  readonly #settings: SourceSettings;
  readonly #options: SourceOpenerOptions;
  readonly #kind: SourceSpec["kind"];
  readonly #open: (onTrouble: HearTrouble, signal?: AbortSignal) => Promise<FrameSource>;
  readonly #check: () => void | Promise<void>;
  readonly #outside: (() => Promise<OutsideSource>) | undefined;

  constructor(settings: SourceSettings, options: SourceOpenerOptions) {
    settings = this.#settings = { ...settings };
    this.#options = options;
    const spec = parseSource(settings.source);
    this.#kind = spec.kind;
    this.#check = () => {};
    switch (spec.kind) {
      case "test":
        this.#open = () => Promise.resolve(new PatternSource(settings));
        break;
      case "browser":
      case "capturevideo":
      case "nats": {
        const outside = this.#outside = outsideSource(spec.kind, settings.source, options);
        this.#open = async (onTrouble, signal) => await (await outside()).open(onTrouble, signal);
        this.#check = async () => await (await outside()).check?.();
        break;
      }
      case "file":
        this.#open = async () => await (await file()).openFile(spec.path, settings);
        this.#check = async () => {
          // A pipe would wait for its writer, and lose what it was sent.
          if (!await (await file()).isPipe(spec.path)) await (await this.#open(() => {})).close();
        };
        break;
      case "stream":
        checkStreamUrl(spec.url);
        this.#open = (onTrouble, signal) => {
          const timeoutMs = settings.deviceTimeout * 1000;
          return openStream(spec.url, { ...settings, timeoutMs, onSilence: onTrouble, signal });
        };
        break;
      case "pipeline":
        this.#open = async () =>
          await (await live()).LiveSource.openPipeline(spec.pipeline, settings);
        this.#check = async () => void await (await pipeline()).completePipeline(spec.pipeline);
        break;
      case "camera": {
        const opener = new CameraOpener(spec.camera, { ...settings, onRefused: options.onOpened });
        this.camera = opener;
        this.#open = () => opener.open();
        if (Deno.build.os === "linux") this.#check = () => opener.check();
      }
    }
  }

  /** What is asked for, in the form of what is got. */
  get requested(): SourceInfo {
    const { source, width, height, fps } = this.#settings;
    // Another host is called what people call it.
    const description = withoutPassword(source.replace(/^capturevideo:\/\//i, ""));
    return { description, width, height, fps, format: "" };
  }

  /** Whether it gives the size and rate that are requested, as far as it can. */
  get isAdjustable(): boolean {
    return ADJUSTABLE.includes(this.#kind);
  }

  /** Whether its JPEGs have the quality that is requested. */
  get compresses(): boolean {
    return this.#kind === "browser";
  }

  /** Requests something else: size and rate from the next opening on. */
  async request(change: Partial<PictureRequest>): Promise<void> {
    const { width, height, fps } = { ...this.#settings, ...change };
    Object.assign(this.#settings, { width, height, fps });
    this.camera?.request({ width, height, fps });
    (await this.#outside?.())?.request?.(change);
  }

  /**
   * Looks whether the source can be opened, as far as that is quick: what is not there, or no
   * video, should not wait for the first guest to say so. With `--wait` nothing is looked at.
   *
   * @throws {CaptureVideoError} `camera-unavailable`, with what is so and what to try;
   * `bridge-unavailable`
   */
  async check(): Promise<void> {
    const why = this.#options.needsPixels ?? this.#transformOf({});
    const { description } = this.requested;
    const part = isCaptured(this.#settings.source) ? "capture" : "core";
    if (!this.#outside) needOpenCv(`open ${description}`, part);
    else if (why) needOpenCv(`decode the pictures of --source ${description}, as ${why},`);
    // What cannot be meant is said in any case.
    await this.#outside?.();
    if (!this.#settings.wait) await this.#check();
  }

  /**
   * Opens the source.
   *
   * @param onTrouble called with a line when it takes longer than `--device-timeout`
   * @param signal ends the opening, where that can be cut short
   * @throws {CaptureVideoError} `camera-unavailable`, with what is so and what to try
   */
  async open(
    onTrouble: HearTrouble = () => {},
    signal?: AbortSignal,
  ): Promise<FrameSource> {
    const source = await this.#openAnnounced(onTrouble, signal);
    this.#report(source);
    const isJpeg = source.pixelFormat === "mjpg";
    const why = this.#transformOf(source) ?? (isJpeg ? this.#options.needsPixels : undefined);
    if (!why) return isJpeg ? new JpegSource(source) : source;
    if (isJpeg) this.#options.onOpened(`passthrough is off: the pictures are decoded, as ${why}`);
    return new BgrSource(source, this.#settings);
  }

  async #openAnnounced(
    onTrouble: HearTrouble,
    signal?: AbortSignal,
  ): Promise<FrameSource> {
    const opening = this.#open(onTrouble, signal);
    try {
      // These do it themselves: they know whether somebody has answered.
      if (this.#kind === "stream" || this.#outside) return await opening;
      const timeoutMs = this.#settings.deviceTimeout * 1000;
      const { description } = this.requested;
      return await announceSilence(opening, { description, timeoutMs, onSilence: onTrouble });
    } catch (error) {
      if (!(error instanceof CaptureVideoError)) throw error;
      throw new CaptureVideoError(error.code, withoutPassword(error.message), { cause: error });
    }
  }

  /** What is done to each picture, as the end of a sentence; nothing where it stays as it is. */
  #transformOf({ turn = 0 }: Pick<FrameSource, "turn">): string | undefined {
    const { rotate, flip, timestamp } = this.#settings;
    if (turn !== 0) return "the film says that they are to be turned";
    if (rotate !== 0) return "--rotate turns them";
    if (flip !== "none") return "--flip mirrors them";
    return timestamp ? "--timestamp writes on them" : undefined;
  }

  /** Says what was got, and where that is not what was requested. */
  #report({ info, note }: FrameSource): void {
    const { description, width, height, fps, format } = info;
    const rate = fps > 0 ? ` at ${Math.round(fps * 100) / 100} frames/s` : "";
    const got = `${width}x${height}${rate}`;
    if (note) this.#options.onOpened(note);
    this.#options.onOpened(`${description}: ${got}, ${format}`);
    const request = this.#settings;
    const differs = width !== request.width || height !== request.height ||
      Math.abs(fps - request.fps) > request.fps / 100;
    if (this.#kind === "camera" && differs) {
      this.#options.onOpened(
        `the camera gives ${got} instead of ${request.width}x${request.height} at ${request.fps}; ` +
          "--list shows what it can",
      );
    }
  }
}

/** Has an outside source made when it is asked for, once. */
function outsideSource(
  kind: OutsideKind,
  source: string,
  { outside = {} }: SourceOpenerOptions,
): () => Promise<OutsideSource> {
  const make = outside[kind];
  if (!make) {
    throw new UsageError(`--source ${OUTSIDE_KINDS[kind]} is nothing that this program opens`);
  }
  let made: Promise<OutsideSource> | undefined;
  return () => made ??= Promise.resolve(make(source));
}
