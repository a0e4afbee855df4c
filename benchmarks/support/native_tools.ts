/**
 * Compiles the measuring tools in benchmarks/native, once per version of their source.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { outputOf } from "../../tests/support/commands.ts";

/** The folder for what a benchmark makes and needs again; ignored by git. */
export const CACHE_FOLDER = new URL("../../.cache/benchmarks/", import.meta.url);

const SOURCES = new URL("../native/", import.meta.url);

const FLAGS = ["-O2", "-Wall", "-Wextra"];

/** Each tool: its source, and how the compiler must be called for it. */
const TOOLS = {
  screen_observer: { compiler: "gcc", source: "screen_observer.c", flags: [] },
  turbojpeg_limit: { compiler: "gcc", source: "turbojpeg_limit.c", flags: ["-lturbojpeg"] },
  fanout_reader: { compiler: "gcc", source: "fanout_reader.c", flags: ["-lssl", "-lcrypto"] },
  fanout_server: { compiler: "gcc", source: "fanout_server.c", flags: [] },
  imshow_probe: {
    compiler: "g++",
    source: "imshow_probe.cpp",
    flags: [
      "-shared",
      "-fPIC",
      "-I/usr/include/opencv4",
      "-I/usr/local/include/opencv4",
      // The probe calls OpenCV's imshow by dlsym alone, which the linker does not see.
      "-Wl,--no-as-needed",
      "-lopencv_highgui",
      "-lopencv_core",
    ],
  },
} as const;

/** The name of a measuring tool. */
export type ToolName = keyof typeof TOOLS;

/**
 * Compiles a tool unless that was done before.
 *
 * @returns its path
 * @throws {Error} with the compiler's words
 */
export async function buildTool(name: ToolName): Promise<string> {
  const tool = TOOLS[name];
  const path = new URL(`${name}-${await fingerprint(tool)}`, CACHE_FOLDER).pathname;
  if (existsSync(path)) return path;
  await Deno.mkdir(CACHE_FOLDER, { recursive: true });
  const source = new URL(tool.source, SOURCES).pathname;
  await outputOf(tool.compiler, [...FLAGS, "-o", path, source, ...tool.flags]);
  return path;
}

/** A hash of the command and of every source, headers included. */
async function fingerprint(tool: object): Promise<string> {
  const names = Array.from(Deno.readDirSync(SOURCES), (entry) => entry.name).sort();
  const texts = await Promise.all(names.map((name) => Deno.readTextFile(new URL(name, SOURCES))));
  const bytes = new TextEncoder().encode(JSON.stringify([FLAGS, tool, texts]));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex().slice(0, 16);
}
