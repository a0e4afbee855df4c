/**
 * The receiving thread: a {@linkcode Receiver} behind messages.
 *
 * @module
 */

/// <reference lib="deno.worker" />

import { describeError } from "../cli/error_text.ts";
import { CaptureVideoError } from "../errors.ts";
import { JpegOutput } from "./jpeg_output.ts";
import type { Picture } from "./picture.ts";
import { Receiver } from "./receiver.ts";
import type { FromReceiver, ReceiverSettings, ToReceiver } from "./worker_messages.ts";

/** How often the counts are reported while no picture carries them, in milliseconds. */
const REPORT_EVERY_MS = 500;

const stop = new AbortController();
const lent = new Map<bigint, Picture>();
/** The receiver, once its output is open: the first picture may be asked for before that. */
const receiving = Promise.withResolvers<Receiver>();

self.onmessage = ({ data }: MessageEvent<ToReceiver>) => {
  switch (data.kind) {
    case "start":
      return void receive(data.settings);
    case "next":
      return void lend();
    case "release":
      lent.get(data.handle)?.release();
      return void lent.delete(data.handle);
    case "stop":
      return stop.abort();
  }
};

function tell(message: FromReceiver, transfer: Transferable[] = []): void {
  self.postMessage(message, transfer);
}

async function receive(settings: ReceiverSettings): Promise<void> {
  let reporting: ReturnType<typeof setInterval> | undefined;
  let receiver: Receiver | undefined;
  try {
    await using output = await JpegOutput.open(settings.output);
    const started = receiver = new Receiver(settings, {
      output: (jpeg) => output.write(jpeg),
      onLink: () => report(started),
      onDamaged: ({ message }) => tell({ kind: "damaged", message }),
    });
    receiving.resolve(started);
    reporting = setInterval(() => report(started), REPORT_EVERY_MS);
    await started.run(stop.signal);
    report(started);
    tell({ kind: "ended", failure: undefined });
  } catch (error) {
    const { line, expected } = describeError(error);
    if (!expected) throw error;
    if (receiver) report(receiver);
    const code = error instanceof CaptureVideoError ? error.code : "connection";
    tell({ kind: "ended", failure: { code, message: line } });
  } finally {
    clearInterval(reporting);
  }
}

function report({ link, counts }: Receiver): void {
  tell({ kind: "report", link, counts });
}

/** Hands the next picture over; its Mat stays here, and is used again once it is released. */
async function lend(): Promise<void> {
  const started = await receiving.promise;
  const picture = await started.next();
  if (!picture) return;
  const { jpeg, capturedAtMicros, mat: { handle } } = picture;
  lent.set(handle, picture);
  const { counts } = started;
  tell({ kind: "picture", handle, jpeg, capturedAtMicros, counts }, [jpeg.buffer as ArrayBuffer]);
}
