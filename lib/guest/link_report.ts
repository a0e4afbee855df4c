/**
 * How the way from the camera to here is, worked out from what happens on it.
 *
 * @module
 */

import type { SourceState } from "../camera/source.ts";
import type { LinkState } from "./picture.ts";

/** So long pictures may come of which none can be decoded, before that is said. In microseconds. */
const BROKEN_FOR_MICROS = 1_000_000;

/**
 * The newest state of the link, which is reported when it changes.
 *
 * - Live: from the first picture that is decoded, and as long as some can be.
 * - For whoever passes the pictures on, the same as a camera's state: that of the host's own camera
 *   while the host is there, `lost` while it is not.
 */
export class LinkReport {
  readonly #onChange: (link: LinkState, camera: SourceState) => void;
  #link: LinkState = { state: "connecting", why: "" };
  /** Whether there ever was a picture to show. */
  #wasLive = false;
  /** Since when no picture could be decoded; Infinity once that was said. */
  #brokenSinceMicros: number | undefined;
  #camera: SourceState = { camera: "starting" };
  /** How it was before the host fell silent, until something newer comes from there. */
  #beforeSilence: { link: LinkState; camera: SourceState } | undefined;

  constructor(onChange: (link: LinkState, camera: SourceState) => void) {
    this.#onChange = onChange;
  }

  get link(): LinkState {
    return this.#link;
  }

  /** A picture is expected, and why it is not there yet. */
  connecting(why: string): void {
    this.#set({ state: "connecting", why }, { camera: "starting", why });
  }

  welcomed(): void {
    this.#brokenSinceMicros = undefined;
    this.#beforeSilence = undefined;
    this.connecting("waiting for the camera");
  }

  /** The host has said how its camera is; that it is live, a picture must show. */
  camera({ camera, why }: SourceState): void {
    if (camera === "live") return;
    this.#beforeSilence = undefined;
    const state = camera === "lost" ? "lost" : "connecting";
    const words = why ? `camera ${camera}: ${why}` : `camera ${camera}`;
    this.#set({ state, why: words }, why ? { camera, why } : { camera });
  }

  live(): void {
    this.#brokenSinceMicros = undefined;
    this.#beforeSilence = undefined;
    this.#wasLive = true;
    this.#set({ state: "live", why: "" }, { camera: "live" });
  }

  /** A picture has come that cannot be decoded: said once, when that has been so for a while. */
  broken(message: string, nowMicros: number): void {
    this.#brokenSinceMicros ??= nowMicros;
    if (nowMicros - this.#brokenSinceMicros < BROKEN_FOR_MICROS) return;
    this.#brokenSinceMicros = Infinity;
    this.#beforeSilence = undefined;
    this.trouble(`no whole picture: ${message}`);
  }

  /** No pictures come, and why. */
  trouble(why: string): void {
    this.#set({ state: this.#wasLive ? "lost" : "connecting", why }, { camera: "lost", why });
  }

  silent(): void {
    const [link, camera] = [this.#link, this.#camera];
    this.trouble("Cannot hear the host: it has fallen silent");
    this.#beforeSilence = { link, camera };
  }

  /** It is heard again: only a picture is live, and what attempts met with counts no more. */
  heardAgain(): void {
    const before = this.#beforeSilence;
    this.#beforeSilence = undefined;
    if (before && before.link.state !== "live") this.#set(before.link, before.camera);
  }

  #set(link: LinkState, camera: SourceState): void {
    if (link.state === this.#link.state && link.why === this.#link.why) return;
    this.#link = link;
    this.#camera = camera;
    this.#onChange(link, camera);
  }
}
