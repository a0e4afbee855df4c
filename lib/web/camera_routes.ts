/**
 * The page that lends the host its camera, and the way its pictures come.
 *
 * @module
 */

import { CameraPage, type CameraPageOptions } from "./sending_page.ts";
import type { PageFiles } from "./page_files.ts";
import type { WebApp } from "./web_app.ts";

/** A page of which nothing is heard for so long has lost its connection, in seconds. */
const SILENT_SECONDS = 6;

/** The page. */
export const CAMERA_FILES: PageFiles = {
  folder: new URL("./page/", import.meta.url),
  paths: {
    "/camera": "camera.html",
    "/camera.js": "camera.js",
    "/camera.css": "camera.css",
    "/camera_worker.js": "camera_worker.js",
  },
};

/** Mounts the connection that a page opens: `GET /camera/connection?page=ID[&takeover]`. */
export function mountCamera(
  app: WebApp,
  options: Omit<CameraPageOptions, "id" | "takesOver">,
): void {
  app.get("/camera/connection", (context) => {
    if (context.req.header("Upgrade")?.toLowerCase() !== "websocket") {
      return context.text("A WebSocket is opened here\n", 426, { Upgrade: "websocket" });
    }
    const idleTimeout = SILENT_SECONDS;
    const { socket, response } = Deno.upgradeWebSocket(context.req.raw, { idleTimeout });
    const id = context.req.query("page") ?? crypto.randomUUID();
    const takesOver = context.req.query("takeover") !== undefined;
    new CameraPage(socket, { ...options, id, takesOver });
    return response;
  });
}
