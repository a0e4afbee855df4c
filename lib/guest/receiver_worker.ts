/**
 * The receiving thread: a {@linkcode Receiver} behind messages.
 *
 * @module
 */

/// <reference lib="deno.worker" />

import { describeError } from "../text/error_text.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import type { FeedSettings, Picture } from "./picture.ts";
import { Receiver } from "./receiver.ts";
import { SharedSlot } from "./shared_slot.ts";
import type { FromReceiver, ToReceiver } from "./worker_messages.ts";

/** How often the counts are reported while no picture carries them, in milliseconds. */
const REPORT_EVERY_MS = 500;

/**
 * So many changes are told in that time; what a host provokes beyond, the next report tells. The
 * window's thread may be slower than the host, and what it has not read yet takes memory.
 */
const MAX_CHANGES = 50;

const stop = new AbortController();
const lent = new Map<bigint, Picture>();
let slot: SharedSlot | undefined;
let receiver: Receiver | undefined;
let told = 0;
let changes = 0;

self.onmessage = ({ data }: MessageEvent<ToReceiver>) => {
  switch (data.kind) {
    case "start":
      slot = new SharedSlot(data.slot);
      return void receive(data.settings);
    case "next":
      data.released.forEach(takeBack);
      return void lend();
    case "jpeg":
      return void lent.get(data.handle)?.jpeg().then((jpeg) => tell({ kind: "jpeg", jpeg }));
    case "stop":
      return stop.abort();
  }
};

function tell(message: FromReceiver): void {
  told++;
  self.postMessage(message);
}

async function receive(settings: FeedSettings): Promise<void> {
  const reporting = setInterval(() => {
    changes = 0;
    report();
  }, REPORT_EVERY_MS);
  try {
    receiver = new Receiver(settings, {
      onLink: () => mayTell() && report(),
      onDamaged: (message) => mayTell() && tell({ kind: "damaged", message }),
      onOmitted: (message) => mayTell() && tell({ kind: "omitted", message }),
    });
    await receiver.run(stop.signal);
    report();
    tell({ kind: "ended", failure: undefined });
  } catch (error) {
    const { line, expected } = describeError(error);
    if (!expected) throw error;
    report();
    const code = error instanceof CaptureVideoError ? error.code : "connection";
    tell({ kind: "ended", failure: { code, message: line } });
  } finally {
    clearInterval(reporting);
  }
}

function mayTell(): boolean {
  return ++changes <= MAX_CHANGES;
}

function report(): void {
  if (receiver) tell({ kind: "report", link: receiver.link, counts: receiver.counts });
}

/** Hands the next picture over; its Mat stays here, and is used again once it is released. */
async function lend(): Promise<void> {
  const picture = await receiver?.next();
  if (!receiver || !picture) return;
  const { jpegBytes, capturedAtMicros, mat: { handle } } = picture;
  lent.set(handle, picture);
  const { counts } = receiver;
  slot?.put({ handle, capturedAtMicros, jpegBytes, counts, messagesBefore: told });
}

function takeBack(handle: bigint): void {
  lent.get(handle)?.release();
  lent.delete(handle);
}
