/**
 * The files of the pages, as they lie in `page/`.
 *
 * @module
 */

import type { WebApp } from "./web_app.ts";

const FOLDER = new URL("./page/", import.meta.url);

/** What both pages are made of. */
const COMMON_FILES = [
  ...["host_clock.js", "icon.svg", "key.js", "link.js", "page.js", "protocol.js", "style.css"],
  "talk.js",
];

/** The page that shows the picture. */
export const VIEWER_FILES: readonly string[] = [
  ...["index.html", ...COMMON_FILES],
  ...["cameras.js", "controls.js", "painter.js", "session.js", "viewer.js", "worker.js"],
];

/** The page that lends the host its camera. */
export const CAMERA_FILES: readonly string[] = [
  ...["camera.html", ...COMMON_FILES],
  ...["camera.js", "camera_session.js", "camera_worker.js"],
];

/** What a browser is told of a file, by the end of its name. */
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/** Where a page takes in what it has in common with others. */
const INCLUDE = /^ *<!-- include (\w+\.html) -->\n/gm;

/** The path that a file is asked for by: a page's is its name alone. */
export function pathOf(name: string): string {
  return `/${name === "index.html" ? "" : name.replace(/\.html$/, "")}`;
}

/**
 * Serves the files, read once: nothing that a request says is ever part of a file's name.
 *
 * @throws {Deno.errors.NotFound} when one of them is missing
 */
export async function mountFiles(app: WebApp, names: Iterable<string>): Promise<void> {
  for (const name of names) {
    const content = name.endsWith(".html") ? await readPage(name) : await read(name);
    const type = TYPES[name.slice(name.lastIndexOf(".") + 1)];
    if (type === undefined) throw new TypeError(`Cannot serve ${name}: its kind is not known`);
    app.get(pathOf(name), () => {
      const headers = { "Content-Type": type, "Cache-Control": "no-cache" };
      return new Response(content, { headers });
    });
  }
}

function read(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return Deno.readFile(new URL(name, FOLDER));
}

async function readPage(name: string): Promise<string> {
  const text = await Deno.readTextFile(new URL(name, FOLDER));
  const parts = text.split(INCLUDE);
  // Every second part is a name.
  return (await Promise.all(parts.map((part, n) => n % 2 ? readPage(part) : part))).join("");
}
