/**
 * A camera feed whose sources the test plays.
 *
 * @module
 */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { CameraFeed } from "../../lib/channel/camera_feed.ts";
import type { FrameSource } from "../../lib/camera/source.ts";
import { FakeTime } from "../support/fake_time.ts";
import { isFreed, ScriptedSource } from "../support/scripted_source.ts";

/** How long the source stays open when nobody wants it any more, in milliseconds. */
export const LINGER_MS = 5000;
/** After so long without a picture the source is lost, in milliseconds. */
export const DEVICE_TIMEOUT_MS = 3000;
/** What is asked of the source. */
export const REQUESTED = { description: "requested", width: 32, height: 24, fps: 30, format: "" };

/** A feed, its sources and what it said of them, in a time that goes on when the test says so. */
export class FeedStage implements AsyncDisposable {
  readonly time = new FakeTime();
  readonly sources: ScriptedSource[] = [];
  readonly said: string[] = [];
  readonly bugs: unknown[] = [];
  /** What the next attempt to open comes to, where it is not a working source. */
  next: Promise<FrameSource> | undefined;
  /** What the source reports its silence by. */
  reportSilence: (why: string) => void = () => {};
  readonly feed = new CameraFeed({
    source: {
      requested: REQUESTED,
      open: (onSilence = () => {}) => {
        this.reportSilence = onSilence;
        return this.#open();
      },
    },
    lingerMs: LINGER_MS,
    deviceTimeoutMs: DEVICE_TIMEOUT_MS,
    report: {
      state: ({ camera, why }) => this.said.push(why ? `${camera}: ${why}` : camera),
      damaged: ({ message }) => this.said.push(message),
      bug: (error) => this.bugs.push(error),
    },
  });

  #open(): Promise<FrameSource> {
    const { next } = this;
    this.next = undefined;
    if (next) return next;
    const source = new ScriptedSource();
    this.sources.push(source);
    return Promise.resolve(source);
  }

  /** The source that was opened last. */
  get source(): ScriptedSource {
    const source = this.sources.at(-1);
    assert.ok(source, "nothing was opened");
    return source;
  }

  /** Captures pictures: of these times. */
  async capture(...timesMicros: number[]): Promise<void> {
    for (const micros of timesMicros) {
      await this.time.advance(0);
      this.source.give(micros);
    }
    await this.time.advance(0);
  }

  /** Closes the feed; then everything must have been freed. */
  async [Symbol.asyncDispose](): Promise<void> {
    using _time = this.time;
    await this.time.advance(0);
    const closing = this.feed[Symbol.asyncDispose]();
    for (const source of this.sources) if (source.asked) source.give(0);
    await this.time.advance(DEVICE_TIMEOUT_MS);
    await closing;
    for (const source of this.sources) {
      assert.ok(source.closed, "a source was left open");
      for (const mat of source.mats) assert.ok(isFreed(mat), "a Mat was not freed");
    }
    assert.equal(this.time.waiting, 0, "a timer was left");
  }
}
