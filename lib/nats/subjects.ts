/**
 * What a camera's messages are called on a NATS server.
 *
 * | subject | what is published there |
 * | --- | --- |
 * | `capturevideo.studio.front.full` | pictures; each rendition has a subject of its own |
 * | `capturevideo.studio.front.full.wanted` | nothing: whoever reads that rendition listens here |
 * | `capturevideo.studio.front.state` | how the camera is, when it changes and once a second |
 * | `capturevideo.studio.front.ask` | PING, which the host answers |
 *
 * @example
 * ```ts
 * import { CameraSubjects } from "./subjects.ts";
 *
 * const { state } = new CameraSubjects("Studio (2)", "front");
 * console.assert(state === "capturevideo.studio%20(2).front.state");
 * ```
 * @module
 */

import type { Rendition } from "../channel/rendition.ts";

/** What all of them begin with. */
const ROOT = "capturevideo";

/** A dot ends a part of a subject, and the star stands for any. */
const SPECIAL = /[.*]/g;

/**
 * A name as one part of a subject: as a URL has it, so that no two names are the same part. Large
 * letters are not told from small ones, as in the names themselves.
 */
export function subjectPart(name: string): string {
  const escaped = encodeURIComponent(name.toLowerCase().normalize());
  return escaped.replaceAll(SPECIAL, (sign) => sign === "." ? "%2E" : "%2A");
}

/** The states of all cameras of one host. */
export function statesOf(host: string): string {
  return `${ROOT}.${subjectPart(host)}.*.state`;
}

/** Whether a subject is one of those on this page. */
export function isOfCameras(subject: string): boolean {
  return subject.startsWith(`${ROOT}.`);
}

/** The subjects of one camera of one host. */
export class CameraSubjects {
  readonly #base: string;

  /** @param host the host's name @param camera the camera's name among its host's */
  constructor(host: string, camera: string) {
    this.#base = `${ROOT}.${subjectPart(host)}.${subjectPart(camera)}`;
  }

  get state(): string {
    return `${this.#base}.state`;
  }

  get ask(): string {
    return `${this.#base}.ask`;
  }

  /** Where the pictures of a rendition are. */
  frames(rendition: Rendition): string {
    return `${this.#base}.${rendition}`;
  }

  /** Where whoever reads a rendition listens, so that the host knows of it. */
  wanted(rendition: Rendition): string {
    return `${this.#base}.${rendition}.wanted`;
  }
}
