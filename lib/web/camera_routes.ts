/**
 * The way that the pictures of a page's camera come.
 *
 * @module
 */

import { CameraPage, type CameraPageOptions } from "./sending_page.ts";
import { upgrade } from "./upgrade.ts";
import type { WebApp } from "./web_app.ts";

/** A page of which nothing is heard for so long has lost its connection, in seconds. */
const SILENT_SECONDS = 6;

/** Options of {@linkcode mountCamera}. */
export interface CameraRoutesOptions
  extends Omit<CameraPageOptions, "id" | "takesOver" | "mayStay"> {
  /** The key that a page has to have now; nothing where none is needed. */
  readonly key: () => string | undefined;
}

/** Mounts the connection that a page opens: `GET /camera/connection?page=ID[&takeover]`. */
export function mountCamera(app: WebApp, { key, ...page }: CameraRoutesOptions): void {
  app.get("/camera/connection", (context) => {
    const upgraded = upgrade(context, { idleTimeout: SILENT_SECONDS });
    if (upgraded instanceof Response) return upgraded;
    const id = context.req.query("page") ?? crypto.randomUUID();
    const takesOver = context.req.query("takeover") !== undefined;
    const given = key();
    const mayStay = () => key() === given;
    new CameraPage(upgraded.socket, { ...page, id, takesOver, mayStay });
    return upgraded.response;
  });
}
