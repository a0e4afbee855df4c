/**
 * How the host is doing, for programs.
 *
 * | request | gives |
 * | --- | --- |
 * | `/state` | JSON, in the form that µStreamer's users know |
 * | `/metrics` | the same as text, for Prometheus |
 * | `/healthz` | `ok` as long as the host runs |
 *
 * @module
 */

import type { CameraFeed } from "../channel/camera_feed.ts";
import type { HostStats } from "../cli/stats.ts";
import type { WebApp } from "./web_app.ts";

/** What is asked for it. */
export interface StateRoutesOptions {
  /** Whose state it is. */
  readonly camera: Pick<CameraFeed, "info" | "open" | "state">;
  /** The figures of the last second or so. */
  readonly figures: () => HostStats;
  /** The JPEG quality, 0 to 100. */
  readonly encoder: { readonly quality: number };
}

const NOT_KEPT = { "Cache-Control": "no-store" };

/** Mounts `/healthz`, which says nothing that needs a key. */
export function mountHealth(app: WebApp): void {
  app.get("/healthz", (context) => context.text("ok\n", 200, NOT_KEPT));
}

/** Mounts the others. @param controls whether the page may change something */
export function mountState(app: WebApp, options: StateRoutesOptions, controls: boolean): void {
  app.get("/state", (context) => context.json(stateOf(options, controls), 200, NOT_KEPT));
  app.get("/metrics", (context) =>
    context.body(metricsOf(options), 200, {
      "Content-Type": "text/plain; version=0.0.4; charset=utf-8",
      ...NOT_KEPT,
    }));
}

function stateOf(
  { camera: { info, open, state }, figures, encoder: { quality } }: StateRoutesOptions,
  controls: boolean,
) {
  const { captureFps, frameBytes, encodeMsP50, guests } = figures();
  // Figures are about the last second or so; the camera's state is about now.
  const camera = open ? state.camera : "idle";
  const clients = guests.map(({ peer, sentFps, skipped, rttMs, rendition }) => [
    peer,
    { fps: round(sentFps), skipped, rttMs, rendition },
  ]);
  return {
    ok: true,
    result: {
      source: {
        description: info.description,
        resolution: { width: info.width, height: info.height },
        online: camera === "live",
        state: camera,
        why: open ? state.why ?? null : null,
        desired_fps: info.fps,
        captured_fps: round(captureFps),
      },
      controls,
      encoder: { type: "CPU", quality, encodeMs: encodeMsP50 === null ? null : round(encodeMsP50) },
      stream: {
        frameBytes,
        clients: guests.length,
        clients_stat: Object.fromEntries(clients),
      },
    },
  };
}

function metricsOf({ camera: { info, open, state }, figures }: StateRoutesOptions): string {
  const { timeSec, captureFps, frameBytes, encodeMsP50, guests } = figures();
  const sentFps = guests.reduce((sum, guest) => sum + guest.sentFps, 0);
  const { width, height } = info;
  return [
    metric("uptime_seconds", "Time since the host was started", timeSec),
    metric(
      "camera_live",
      "1 while the camera gives pictures",
      open && state.camera === "live" ? 1 : 0,
    ),
    metric("captured_frames_per_second", "Pictures from the camera", captureFps),
    metric("sent_frames_per_second", "Pictures sent to all viewers together", sentFps),
    metric("viewers", "Guests, browsers and readers of the stream", guests.length),
    metric("picture_width_pixels", "The picture's width", width),
    metric("picture_height_pixels", "The picture's height", height),
    frameBytes === null ? "" : metric("picture_bytes", "The newest JPEG's size", frameBytes),
    encodeMsP50 === null
      ? ""
      : metric("encode_seconds", "The median time of compressing a picture", encodeMsP50 / 1000),
  ].join("");
}

function metric(name: string, help: string, value: number): string {
  const full = `capturevideo_${name}`;
  return `# HELP ${full} ${help}\n# TYPE ${full} gauge\n${full} ${value}\n`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
