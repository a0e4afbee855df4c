/**
 * How the host is doing, for programs.
 *
 * | request | gives |
 * | --- | --- |
 * | `/state` | JSON, in the form that µStreamer's users know; of another camera than the first with `camera=NAME` |
 * | `/metrics` | the same of all cameras as text, for Prometheus |
 * | `/healthz` | `ok` as long as the host runs |
 *
 * @module
 */

import type { Cameras } from "../channel/cameras.ts";
import type { Channel } from "../channel/channel.ts";
import type { HostStats } from "../cli/stats.ts";
import { cameraOf } from "./camera_choice.ts";
import type { WebApp } from "./web_app.ts";

/** What is asked for it. */
export interface StateRoutesOptions {
  readonly cameras: Cameras;
  /** The figures of the last second or so. */
  readonly figures: () => HostStats;
  /** Whether the page may change something. */
  readonly hasControls: boolean;
}

const NOT_KEPT = { "Cache-Control": "no-store" };

/** Mounts `/healthz`, which says nothing that needs a key. */
export function mountHealth(app: WebApp): void {
  app.get("/healthz", (context) => context.text("ok\n", 200, NOT_KEPT));
}

/** Mounts the others. */
export function mountState(app: WebApp, options: StateRoutesOptions): void {
  app.get("/state", (context) => {
    const channel = cameraOf(context, options.cameras);
    if (channel instanceof Response) return channel;
    return context.json(stateOf(channel, options), 200, NOT_KEPT);
  });
  app.get("/metrics", (context) =>
    context.body(metricsOf(options), 200, {
      "Content-Type": "text/plain; version=0.0.4; charset=utf-8",
      ...NOT_KEPT,
    }));
}

function stateOf(channel: Channel, { cameras, figures, hasControls }: StateRoutesOptions) {
  const { name, info, quality } = channel;
  // Figures are about the last second or so; the camera's state is about now.
  const { camera, why = null } = channel.state;
  const all = figures();
  const { captureFps, frameBytes, encodeMsP50 } = all.cameras.find((one) => one.name === name)!;
  const guests = all.guests.filter((guest) => guest.camera === name);
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
        why,
        desired_fps: info.fps,
        captured_fps: round(captureFps),
      },
      controls: hasControls,
      encoder: { type: "CPU", quality, encodeMs: encodeMsP50 === null ? null : round(encodeMsP50) },
      stream: {
        frameBytes,
        clients: guests.length,
        clients_stat: Object.fromEntries(clients),
      },
      camera: name,
      cameras: cameras.list(),
    },
  };
}

function metricsOf({ cameras, figures }: StateRoutesOptions): string {
  const { timeSec, guests, cameras: stats } = figures();
  const each = cameras.channels.map(({ name, info, state }, index) => {
    const own = guests.filter((guest) => guest.camera === name);
    const sentFps = own.reduce((sum, guest) => sum + guest.sentFps, 0);
    return { ...stats[index]!, info, state, viewers: own.length, sentFps };
  });
  type Each = typeof each[number];
  const ofEach = (name: string, help: string, valueOf: (camera: Each) => number | null) =>
    metric(name, help, each.map((camera) => [`{camera="${camera.name}"}`, valueOf(camera)]));
  return [
    metric("uptime_seconds", "Time since the host was started", [["", timeSec]]),
    ofEach(
      "camera_live",
      "1 while the camera gives pictures",
      ({ state }) => state.camera === "live" ? 1 : 0,
    ),
    ofEach("captured_frames_per_second", "Pictures from the camera", (one) => one.captureFps),
    ofEach("sent_frames_per_second", "Pictures sent to all viewers together", (one) => one.sentFps),
    ofEach("viewers", "Guests, browsers and readers of the stream", (one) => one.viewers),
    ofEach("picture_width_pixels", "The picture's width", ({ info }) => info.width),
    ofEach("picture_height_pixels", "The picture's height", ({ info }) => info.height),
    ofEach("picture_bytes", "The newest JPEG's size", (one) => one.frameBytes),
    ofEach(
      "encode_seconds",
      "The median time of compressing a picture",
      ({ encodeMsP50 }) => encodeMsP50 === null ? null : encodeMsP50 / 1000,
    ),
  ].join("");
}

/** One metric, with a line for each of its values that is known. */
function metric(
  name: string,
  help: string,
  values: [labels: string, value: number | null][],
): string {
  const full = `capturevideo_${name}`;
  const known = values.filter(([, value]) => value !== null);
  if (known.length === 0) return "";
  const lines = known.map(([labels, value]) => `${full}${labels} ${value}\n`);
  return `# HELP ${full} ${help}\n# TYPE ${full} gauge\n${lines.join("")}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
