/**
 * The way that the pictures of a page's camera come.
 *
 * @module
 */

import type { Context } from "hono";
import type { BrowserCamera } from "../camera/browser_camera.ts";
import type { Cameras } from "../channel/cameras.ts";
import { MAX_JPEG_BYTES } from "../jpeg/limits.ts";
import { FRAME_PREFIX_BYTES } from "../protocol/messages.ts";
import { cameraOf } from "./camera_choice.ts";
import { mountConnections } from "./connection_routes.ts";
import { CameraPage, type CameraPageOptions } from "./sending_page.ts";
import type { WebApp } from "./web_app.ts";

/** So many pictures are under way at the most. */
const MAX_UNDER_WAY = 2;

/** Options of {@linkcode mountCamera}. */
export interface CameraRoutesOptions
  extends Omit<CameraPageOptions, "camera" | "id" | "takesOver" | "mayStay"> {
  readonly cameras: Cameras;
  /** Those that are pages', by their names: at least one. */
  readonly pages: ReadonlyMap<string, BrowserCamera>;
  /** The key that a page has to have now; nothing where none is needed. */
  readonly key: () => string | undefined;
  readonly onBug: (error: unknown) => void;
}

/**
 * Mounts the connection that a page opens: `/camera/connection?page=ID[&camera=NAME][&takeover]`.
 */
export function mountCamera(
  app: WebApp,
  { cameras, pages, key, onBug, ...page }: CameraRoutesOptions,
): void {
  const path = "/camera/connection";
  const first = cameras.channels.find(({ name }) => pages.has(name));
  const pageOf = (context: Context): BrowserCamera | Response => {
    const channel = cameraOf(context, cameras, first);
    if (channel instanceof Response) return channel;
    return pages.get(channel.name) ?? context.text("No page can be that camera\n", 404);
  };
  app.use(path, async (context, next) => {
    const camera = pageOf(context);
    return camera instanceof Response ? camera : await next();
  });
  mountConnections(app, {
    path,
    maxWaitingBytes: MAX_UNDER_WAY * (FRAME_PREFIX_BYTES + MAX_JPEG_BYTES),
    take: (connection, context) => {
      // Who names no page's camera was answered above.
      const camera = pageOf(context) as BrowserCamera;
      const id = context.req.query("page") ?? crypto.randomUUID();
      const takesOver = context.req.query("takeover") !== undefined;
      const given = key();
      const mayStay = () => key() === given;
      new CameraPage(connection, { ...page, camera, id, takesOver, mayStay }).run().catch(onBug);
    },
  });
}
