/**
 * The receiving thread: a {@linkcode Receiver} behind messages. The window's thread asks for one
 * picture at a time, so that no queue can form between the two.
 *
 * @module
 */

/// <reference lib="deno.worker" />

import { describeError } from "../text/error_text.ts";
import { CaptureVideoError, type ErrorCode } from "../flow/errors.ts";
import type { FeedEvent, FeedSettings, LinkState, Picture } from "./picture.ts";
import { Receiver } from "./receiver.ts";
import { SharedSlot } from "./shared_slot.ts";

/** From the window's thread to the receiving one. */
export type ToReceiver =
  | {
    kind: "start";
    settings: FeedSettings;
    /** Where the pictures are put: that of a `SharedSlot`. */
    slot: SharedArrayBuffer;
  }
  /** The Mats at these addresses are free again, and one more picture is wanted. */
  | { kind: "next"; released: bigint[] }
  /** The JPEG of the Mat at this address is wanted. */
  | { kind: "jpeg"; handle: bigint }
  | { kind: "stop" };

/** From the receiving thread to the window's. */
export type FromReceiver =
  | FeedEvent
  /** In the order in which they were asked for. */
  | { kind: "jpeg"; jpeg: Uint8Array }
  /** No more will come; the failure is what ended it, if one did. */
  | { kind: "ended"; failure: { code: ErrorCode; message: string } | undefined };

/** How often the counts are renewed while no picture comes, in milliseconds. */
const REPORT_EVERY_MS = 500;

/**
 * So many messages may be sent in that time; of what a host provokes beyond, only how the link is
 * then is sent. The window's thread may be slower than the host, and what it has not read yet takes
 * memory.
 */
const MAX_CHANGES = 50;

const stop = new AbortController();
const lent = new Map<bigint, Picture>();
let slot: SharedSlot;
let receiver: Receiver;
let link: LinkState;
let sent = 0;
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
      return void lent.get(data.handle)?.jpeg().then((jpeg) => send({ kind: "jpeg", jpeg }));
    case "stop":
      return stop.abort();
  }
};

function send(message: FromReceiver): void {
  sent++;
  self.postMessage(message);
}

async function receive(settings: FeedSettings): Promise<void> {
  receiver = new Receiver(settings, (event) => {
    if (++changes > MAX_CHANGES) return;
    if (event.kind === "link") report();
    else send(event);
  });
  link = receiver.link;
  const reporting = setInterval(() => {
    changes = 0;
    report();
  }, REPORT_EVERY_MS);
  try {
    await receiver.run(stop.signal);
    report();
    send({ kind: "ended", failure: undefined });
  } catch (error) {
    const { line, expected } = describeError(error);
    if (!expected) throw error;
    report();
    const code = error instanceof CaptureVideoError ? error.code : "connection";
    send({ kind: "ended", failure: { code, message: line } });
  } finally {
    clearInterval(reporting);
  }
}

function report(): void {
  slot.counts = receiver.counts;
  if (link === receiver.link) return;
  link = receiver.link;
  send({ kind: "link", link });
}

/** Hands the next picture over; its Mat stays here, and is used again once it is released. */
async function lend(): Promise<void> {
  const picture = await receiver.next();
  if (!picture) return;
  const { jpegBytes, capturedAtMicros, mat: { handle } } = picture;
  lent.set(handle, picture);
  slot.counts = receiver.counts;
  slot.put({ handle, capturedAtMicros, jpegBytes, messagesBefore: sent });
}

function takeBack(handle: bigint): void {
  lent.get(handle)?.release();
  lent.delete(handle);
}
