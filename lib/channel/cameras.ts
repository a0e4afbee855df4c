/**
 * A host's cameras, by their names.
 *
 * @module
 */

import { isSameCamera } from "../cli/camera_name.ts";
import { listed } from "../cli/values.ts";
import type { ListedCamera } from "../protocol/messages.ts";
import type { Channel } from "./channel.ts";

/** So many names are told to who asks for one that there is not. */
const MAX_TOLD = 8;

/**
 * Which channels there are: what a door leads to.
 *
 * - First: the camera of whoever names none.
 */
export class Cameras {
  /** All of them, the first first. */
  readonly channels: readonly Channel[];

  /** @param channels at least one, each with a name of its own */
  constructor(channels: readonly Channel[]) {
    this.channels = channels;
  }

  get first(): Channel {
    return this.channels[0]!;
  }

  /** The camera of that name, or the first where none is named; `undefined` where there is none. */
  find(name: string | undefined): Channel | undefined {
    if (name === undefined) return this.first;
    return this.channels.find((channel) => isSameCamera(channel.name, name));
  }

  /** What one of them has to be called where it could be another; nothing where it is the only one. */
  nameAmongOthers({ name }: Channel): string | undefined {
    return this.channels.length > 1 ? name : undefined;
  }

  /** All of them as they are now, for who may choose one. */
  list(): ListedCamera[] {
    return this.channels.map(({ name, state: { camera: state }, info: { description } }) => ({
      ...{ name, state, description },
    }));
  }

  /** What to say to who names a camera that there is not. */
  missing(name: string): string {
    const names = this.channels.map(({ name }) => name);
    const others = names.splice(MAX_TOLD);
    if (others.length > 0) names.push(`${others.length} more`);
    return `no camera is called "${name}"; ` +
      (names.length > 1 ? `there are ${listed(names, "and")}` : `the only one is called ${names}`);
  }
}
