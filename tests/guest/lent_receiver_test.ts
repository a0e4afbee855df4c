import assert from "node:assert/strict";
import "../support/bridge.ts";
import {
  type FromReceiver,
  LentReceiver,
  type NewFeed,
  type ToReceiver,
} from "../../lib/guest/lent_receiver.ts";
import { SharedSlot } from "../../lib/guest/shared_slot.ts";
import { until } from "../support/until.ts";
import { FEED_SETTINGS } from "./hosts_stage.ts";

Deno.test("LentReceiver says that a JPEG cannot be had any more, and goes on", async () => {
  const { port1, port2 } = new MessageChannel();
  const said: FromReceiver[] = [];
  port1.onmessage = ({ data }: MessageEvent<FromReceiver>) => said.push(data);
  const ask = (message: ToReceiver) => port1.postMessage(message);
  const slot = new SharedSlot();
  // Its pictures are no JPEGs, so that one is made only when it is asked for.
  const settings: NewFeed["settings"] = { ...FEED_SETTINGS, hostname: "", port: 0, url: "test" };
  const running = new LentReceiver({ settings, slot: slot.memory, port: port2 }).run();
  const jpegs = () => said.flatMap((each) => each.kind === "jpeg" ? [each.jpeg] : []);
  ask({ kind: "next", released: [] });
  const { handle } = await slot.next();
  ask({ kind: "jpeg", handle });
  assert.ok((await until("the JPEG", () => jpegs().at(0))) instanceof Uint8Array);
  ask({ kind: "stop" });
  await running;
  ask({ kind: "jpeg", handle });
  assert.deepEqual(await until("the answer", () => jpegs().at(1)), {
    code: "connection",
    message: "Cannot fetch the picture: its camera has ended",
  });
  port1.close();
  port2.close();
});
