/**
 * From a path to a source that works.
 *
 * @module
 */

import { LiveSource } from "../live.ts";
import type { FrameSource } from "../source.ts";
import { FileSource, type FileSourceOptions, unmistakable } from "./file.ts";
import { isPictureName, PicturesSource } from "./pictures.ts";

/** Opens a film, pictures, or a pipe that something writes into. */
export async function openFile(path: string, options: FileSourceOptions): Promise<FrameSource> {
  if (await isPipe(path)) return await LiveSource.openStream(unmistakable(path), options);
  if (isPictureName(path)) return await PicturesSource.open(path, options);
  return await FileSource.open(path, options);
}

/** Whether something is to write into it while it is read. */
export async function isPipe(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFifo === true;
  } catch {
    return false; // whoever opens it says why
  }
}
