/**
 * Which of several cameras a request is about.
 *
 * @module
 */

import type { Context } from "hono";
import type { Cameras } from "../channel/cameras.ts";
import type { Channel } from "../channel/channel.ts";

/**
 * The camera that `?camera=` names, or whose place it is, counted from 0 as other servers do; the
 * first where it is left out. The answer where there is none.
 *
 * @param first which one counts as the first
 */
export function cameraOf(
  context: Context,
  cameras: Cameras,
  first: Channel = cameras.first,
): Channel | Response {
  const name = context.req.query("camera");
  if (name === undefined) return first;
  const place = /^\d{1,3}$/.test(name) ? Number(name) : NaN;
  return cameras.find(name) ?? cameras.channels[place] ??
    context.text(`${cameras.missing(name)}\n`, 404);
}
