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
 */
export function cameraOf(context: Context, cameras: Cameras): Channel | Response {
  const name = context.req.query("camera");
  const place = /^\d{1,3}$/.test(name ?? "") ? Number(name) : NaN;
  return cameras.find(name) ?? cameras.channels[place] ??
    context.text(`${cameras.missing(name ?? "")}\n`, 404);
}
