/**
 * A host's cameras on a NATS server.
 *
 * @module
 */

import type { Cameras } from "../channel/cameras.ts";
import { RENDITIONS } from "../channel/rendition.ts";
import type { CountedGuest } from "../channel/session.ts";
import { PROTOCOL_VERSION } from "../protocol/header.ts";
import { NatsPublisher, type NatsReport } from "./publisher.ts";
import { type NatsOptions, natsServers } from "./settings.ts";

/** What is published where, and by whom. */
export interface PublishCamerasOptions {
  /** Who we are to the server. */
  readonly settings: NatsOptions;
  readonly cameras: Cameras;
  /** Whether smaller pictures are published as well, while somebody reads them. */
  readonly adapt: boolean;
  /** What guests find the host by. */
  readonly name: string;
  /** The monotonic clock, in microseconds. */
  readonly now: () => number;
  readonly report: NatsReport;
  /** Ends the connecting. */
  readonly stop: AbortSignal;
}

/** The cameras, as long as they are published. */
export interface PublishedCameras extends AsyncDisposable {
  /** What is published now, as the host's statistics show it. */
  guests(): CountedGuest[];
}

/**
 * Publishes each camera on a connection of its own, so that none can be behind another's pictures.
 *
 * @param url of the servers, in a form that was checked
 * @throws what `NatsPublisher.open` and `natsServers` throw
 */
export async function publishCameras(
  url: string,
  { settings, cameras, adapt, name, now, report, stop }: PublishCamerasOptions,
): Promise<PublishedCameras> {
  const servers = natsServers(url, settings);
  await using stack = new AsyncDisposableStack();
  const publishers: NatsPublisher[] = [];
  for (const channel of cameras.channels) {
    const publisher = await NatsPublisher.open({
      ...{ servers, name, channel, now, report, stop },
      renditions: adapt ? RENDITIONS : ["full"],
      welcome: () => ({
        ...{ type: "welcome", version: PROTOCOL_VERSION, host: name, source: channel.info },
        ...{ camera: channel.name, cameras: cameras.list(), views: adapt },
        ...channel.relays.via && { via: channel.relays.via },
      }),
    });
    publishers.push(stack.use(publisher));
  }
  const open = stack.move();
  return {
    guests: () => publishers.flatMap((publisher) => publisher.guests()),
    [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
  };
}
