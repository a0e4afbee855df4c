/**
 * The files of the pages, as they lie in `page/`.
 *
 * @module
 */

import type { WebApp } from "./web_app.ts";

/** What a browser is told of a file, by the end of its name. */
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/** Mounts files of a folder, each by its path in the page. */
export interface PageFiles {
  /** Where the files are. */
  readonly folder: URL;
  /** The files by their path: `{ "/": "index.html" }`. */
  readonly paths: Readonly<Record<string, string>>;
}

/**
 * Serves the files, read once: nothing that a request says is ever part of a file's name.
 *
 * @throws {Deno.errors.NotFound} when one of them is missing
 */
export async function mountFiles(app: WebApp, { folder, paths }: PageFiles): Promise<void> {
  for (const [path, name] of Object.entries(paths)) {
    const content = await Deno.readFile(new URL(name, folder));
    const type = TYPES[name.slice(name.lastIndexOf(".") + 1)];
    if (type === undefined) throw new TypeError(`Cannot serve ${name}: its kind is not known`);
    app.get(path, () => {
      const headers = { "Content-Type": type, "Cache-Control": "no-cache" };
      return new Response(content, { headers });
    });
  }
}
