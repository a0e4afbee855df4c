/**
 * What nobody can go below: TurboJPEG alone, and the two cameras that film for the comparison.
 *
 * @module
 */

import { monotonicMicros } from "../lib/opencv/mod.ts";
import { peerArguments, peerPath, PYTHON, type Scene } from "./contenders.ts";
import { Program } from "./support/program.ts";
import { passTime } from "./support/wait.ts";

/** CPU time per picture, in milliseconds. */
export interface LimitFigures {
  /** TurboJPEG alone at the scene's rate, which is what ratios are made of. */
  readonly encodePacedMs: number;
  /** From luma and chroma, as most cameras and the test source deliver them, and not from BGR. */
  readonly encodePlanesPacedMs: number;
  readonly decodePacedMs: number;
  /** The same without pauses: warmer caches, and on many machines a faster clock. */
  readonly encodeBackToBackMs: number;
  readonly decodeBackToBackMs: number;
  /** The length of the JPEG in bytes. */
  readonly jpegBytes: number;
}

/** Measures TurboJPEG alone on the scene's picture. */
export async function measureLimits(
  scene: Scene,
  { toolPath, measureMs }: { toolPath: string; measureMs: number },
): Promise<LimitFigures> {
  const frames = Math.ceil(measureMs / 1000 * scene.fps);
  const run = async (work: "encode" | "encode-planes" | "decode", fps: number) => {
    await using tool = Program.start([
      ...[toolPath, work, scene.picturePath, `${scene.width}`, `${scene.height}`],
      ...[`${scene.quality}`, `${fps}`, `${frames}`],
    ]);
    return JSON.parse(await tool.output()) as { cpuMsPerFrame: number; jpegBytes: number };
  };
  const encodePaced = await run("encode", scene.fps);
  return {
    encodePacedMs: encodePaced.cpuMsPerFrame,
    encodePlanesPacedMs: (await run("encode-planes", scene.fps)).cpuMsPerFrame,
    decodePacedMs: (await run("decode", scene.fps)).cpuMsPerFrame,
    encodeBackToBackMs: (await run("encode", 0)).cpuMsPerFrame,
    decodeBackToBackMs: (await run("decode", 0)).cpuMsPerFrame,
    jpegBytes: encodePaced.jpegBytes,
  };
}

/** What filming costs each side, in milliseconds of CPU time per picture. */
export interface CameraFigures {
  /** The test source in Deno: drawing and waiting for the next frame's time. */
  readonly oursMs: number;
  /** The peers' camera in Python: drawing. */
  readonly peersMs: number;
}

/** Measures what both cameras cost, as it is contained in every sender's CPU time. */
export async function measureCameras(scene: Scene, measureMs: number): Promise<CameraFigures> {
  await using peers = Program.start([
    ...[PYTHON, peerPath("drawing_cost.py"), "send", ...peerArguments(scene)],
  ]);
  const peersMs = Number(await peers.output());

  await using ours = Program.start([
    ...[Deno.execPath(), "run", "--quiet", "--allow-ffi"],
    new URL("support/film.ts", import.meta.url).pathname,
    ...[`${scene.width}`, `${scene.height}`, `${scene.fps}`],
  ]);
  await passTime(2000);
  const before = { micros: monotonicMicros(), cpuMs: ours.cpuMs() };
  await passTime(measureMs);
  const frames = (monotonicMicros() - before.micros) / 1e6 * scene.fps;
  return { oursMs: (ours.cpuMs() - before.cpuMs) / frames, peersMs };
}
