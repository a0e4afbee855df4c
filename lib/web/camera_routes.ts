/**
 * The way that the pictures of a page's camera come.
 *
 * @module
 */

import type { BrowserCamera } from "../camera/browser_camera.ts";
import { CameraPage, type CameraPageOptions } from "./sending_page.ts";
import { upgrade } from "./upgrade.ts";
import type { WebApp } from "./web_app.ts";

/** A page of which nothing is heard for so long has lost its connection, in seconds. */
const SILENT_SECONDS = 6;

/** Options of {@linkcode mountCamera}. */
export interface CameraRoutesOptions
  extends Omit<CameraPageOptions, "camera" | "id" | "takesOver" | "mayStay"> {
  /** The cameras that are pages', by their names: at least one. */
  readonly pages: ReadonlyMap<string, BrowserCamera>;
  /** The key that a page has to have now; nothing where none is needed. */
  readonly key: () => string | undefined;
}

/** Mounts the connection that a page opens: `GET /camera/connection?page=ID[&camera=NAME][&takeover]`. */
export function mountCamera(app: WebApp, { pages, key, ...page }: CameraRoutesOptions): void {
  const [first] = pages.keys();
  app.get("/camera/connection", (context) => {
    const camera = pages.get(context.req.query("camera") ?? first!);
    if (!camera) return context.text("No page can be that camera\n", 404);
    const upgraded = upgrade(context, { idleTimeout: SILENT_SECONDS });
    if (upgraded instanceof Response) return upgraded;
    const id = context.req.query("page") ?? crypto.randomUUID();
    const takesOver = context.req.query("takeover") !== undefined;
    const given = key();
    const mayStay = () => key() === given;
    new CameraPage(upgraded.socket, { ...page, camera, id, takesOver, mayStay });
    return upgraded.response;
  });
}
