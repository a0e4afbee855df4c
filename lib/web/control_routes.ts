/**
 * What the page may change of the picture, where the host lets it.
 *
 * | request | does |
 * | --- | --- |
 * | `GET /controls` | JSON: what there is, with its values, bounds and choices |
 * | `POST /controls` | changes some, `{"quality": 60}`, and answers in the same form |
 * | either with `?camera=NAME` | the same of one of several cameras |
 *
 * @module
 */

import type { Cameras } from "../channel/cameras.ts";
import { PictureControls, type PictureControlsOptions } from "../channel/picture_controls.ts";
import { withPort } from "../cli/address.ts";
import { CaptureVideoError, UsageError } from "../flow/errors.ts";
import { cameraOf } from "./camera_choice.ts";
import { readBody } from "./request_body.ts";
import type { WebApp } from "./web_app.ts";

/** What is changed at once is no longer than this, in bytes. */
const MAX_CHANGES_BYTES = 4096;

const NOT_KEPT = { "Cache-Control": "no-store" };

/** Options of {@linkcode mountControls}. */
export interface ControlRoutesOptions {
  readonly cameras: Cameras;
  /** What can be changed, by the cameras' names. */
  readonly controls: ReadonlyMap<string, PictureControlsOptions>;
  readonly report: { changed(peer: string, what: string, camera?: string): void };
}

/** Mounts them; who may ask has been looked at before. */
export function mountControls(app: WebApp, options: ControlRoutesOptions): void {
  const { cameras, report } = options;
  const all = new Map(
    Array.from(options.controls, ([name, one]) => [name, new PictureControls(one)]),
  );

  app.get("/controls", (context) => {
    const channel = cameraOf(context, cameras);
    if (channel instanceof Response) return channel;
    return context.json({ controls: all.get(channel.name)!.list() }, 200, NOT_KEPT);
  });

  app.post("/controls", async (context) => {
    const channel = cameraOf(context, cameras);
    if (channel instanceof Response) return channel;
    const controls = all.get(channel.name)!;
    const body = await readBody(context.req.raw, MAX_CHANGES_BYTES);
    if ("status" in body) return context.body(null, body.status);
    const changes = parse(body.bytes);
    if (!changes) return context.text('Say it in JSON, such as {"quality": 60}\n', 400);
    try {
      await controls.set(changes);
    } catch (error) {
      if (error instanceof UsageError) return context.text(`${error.message}\n`, 400);
      if (error instanceof CaptureVideoError) return context.text(`${error.message}\n`, 409);
      throw error;
    }
    const { hostname, port } = context.env.remote!;
    const what = Object.entries(changes).map(([name, value]) => `${name} to ${value}`);
    if (what.length > 0) {
      const camera = cameras.nameAmongOthers(channel);
      report.changed(withPort(hostname, port), what.join(", "), camera);
    }
    return context.json({ controls: controls.list() }, 200, NOT_KEPT);
  });
}

/** The object in JSON; `undefined` where it is none. */
function parse(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? value as Record<string, unknown> : undefined;
  } catch {
    return undefined;
  }
}
