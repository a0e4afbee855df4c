/**
 * A path as a source: a film, pictures, or a pipe that something writes into.
 *
 * @module
 */

import { FileSource, type FileSourceOptions, unmistakable } from "./file.ts";
import { LiveSource } from "../live.ts";
import { isPictureName, PicturesSource } from "./pictures.ts";
import type { FrameSource } from "../source.ts";

/**
 * Opens what is at a path.
 *
 * @throws {CaptureVideoError} `camera-unavailable`, when there is nothing, or nothing to be shown
 */
export async function openFile(path: string, options: FileSourceOptions): Promise<FrameSource> {
  if (await isPipe(path)) return await LiveSource.openStream(unmistakable(path), options);
  if (isPictureName(path)) return await PicturesSource.open(path, options);
  return await FileSource.open(path, options);
}

/**
 * Opens and closes what is at a path, to see whether that works. A pipe is left alone: it would wait
 * for its writer, and lose what it was sent.
 */
export async function checkFile(path: string, options: FileSourceOptions): Promise<void> {
  if (!await isPipe(path)) await (await openFile(path, options)).close();
}

async function isPipe(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFifo === true;
  } catch {
    return false; // whoever opens it says why
  }
}
