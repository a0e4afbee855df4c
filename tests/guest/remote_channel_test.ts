import assert from "node:assert/strict";
import "../support/bridge.ts";
import { CaptureVideoError } from "../../lib/flow/errors.ts";
import type { ReceivedJpeg } from "../../lib/guest/picture.ts";
import { RemoteChannel } from "../../lib/guest/remote_channel.ts";
import type { RemoteSink } from "../../lib/guest/remote_sink.ts";
import { captureVideoError } from "../support/errors.ts";
import { HostsStage } from "./hosts_stage.ts";
import { until } from "../support/until.ts";

/** Takes pictures, and looks at them as the test says. */
class TestSink implements RemoteSink {
  readonly taken: ReceivedJpeg[] = [];
  settled = 0;
  verdict: CaptureVideoError | null | undefined;

  offer(picture: ReceivedJpeg): void {
    this.taken.push(picture);
  }

  settle(): CaptureVideoError | null | undefined {
    this.settled++;
    return this.verdict;
  }
}

/** A channel, and the hosts that it connects to. */
class Stage extends HostsStage<RemoteChannel> {
  constructor() {
    super((settings, handlers) => new RemoteChannel(settings, handlers));
  }
}

function frame(sequence: number) {
  const jpeg = Uint8Array.of(0xff, 0xd8, sequence);
  return { type: "frame", sequence, capturedAtMicros: 1, jpeg } as const;
}

Deno.test("RemoteChannel offers each picture to all of its sinks, in order, until they are gone", async () => {
  await using stage = new Stage();
  const [first, second] = [new TestSink(), new TestSink()];
  stage.feed.subscribe(first);
  const subscription = stage.feed.subscribe(second);
  const host = await stage.host();
  for (const number of [1, 2]) {
    await host.send(frame(number));
    await host.next("ack");
  }
  subscription[Symbol.dispose]();
  await host.send(frame(3));
  await host.next("ack");
  const numbers = (sink: TestSink) => sink.taken.map(({ jpeg }) => jpeg[2]);
  assert.deepEqual([numbers(first), numbers(second)], [[1, 2, 3], [1, 2]]);
  assert.deepEqual(stage.feed.counts, { received: 3, receivedBytes: 9, reconnects: 0 });
});

Deno.test("RemoteChannel is live by what a sink could decode, whatever others take", async () => {
  await using stage = new Stage();
  const [blind, seeing] = [new TestSink(), new TestSink()];
  stage.feed.subscribe(blind);
  stage.feed.subscribe(seeing);
  seeing.verdict = new CaptureVideoError("damaged-jpeg", "Cannot decode a JPEG: it is cut short");
  const host = await stage.host();
  await host.send(frame(1));
  await until("the first picture", () => seeing.settled > 0 && seeing.taken.length === 1);
  await host.next("ack");
  assert.equal(stage.feed.link.state, "connecting");
  seeing.verdict = null;
  await host.send(frame(2));
  await until("live", () => stage.feed.link.state === "live");
  assert.deepEqual(stage.links.slice(1), [
    { state: "connecting", why: "waiting for the camera" },
    { state: "live", why: "" },
  ]);
});

Deno.test("RemoteChannel is live by any picture where no sink decodes", async () => {
  await using stage = new Stage();
  stage.feed.subscribe(new TestSink());
  const host = await stage.host();
  await until("the welcome", () => stage.feed.link.why === "waiting for the camera");
  await host.send(frame(1));
  await until("live", () => stage.feed.link.state === "live");
});

Deno.test("RemoteChannel.run() ends with what a sink throws that cannot go on", async () => {
  await using stage = new Stage();
  const error = new CaptureVideoError("output", "Cannot write x: the disk is full");
  stage.feed.subscribe({
    offer() {
      throw error;
    },
  });
  const host = await stage.host();
  await host.send(frame(1));
  captureVideoError("output", /^Cannot write x: the disk is full$/)(await stage.ended);
});
