import assert from "node:assert/strict";
import { Heartbeat } from "../../lib/peer/heartbeat.ts";

const START_MICROS = 1_000_000_000;
const EVERY_MICROS = 100_000;

function heartbeat(everyMicros = (_: Heartbeat) => EVERY_MICROS): Heartbeat {
  return new Heartbeat(START_MICROS, everyMicros);
}

Deno.test("Heartbeat.next() answers the newest PING first, then asks", () => {
  const beat = heartbeat();
  beat.asked({ type: "ping", t1: 1 });
  beat.heard(START_MICROS + 10);
  beat.asked({ type: "ping", t1: 2 });
  const now = START_MICROS + 30;
  const pong = { type: "pong", t1: 2, t2: START_MICROS + 10, t3: now };
  assert.deepEqual(beat.next(now), pong);
  assert.deepEqual(beat.next(now), { type: "ping", t1: now });
  assert.equal(beat.next(now), undefined);
});

Deno.test("Heartbeat asks as often as it is to, by what was asked before", () => {
  const everyMicros = ({ pings }: Heartbeat) => EVERY_MICROS * 2 ** (pings - 1);
  const beat = heartbeat(everyMicros);
  let now = START_MICROS;
  beat.next(now);
  for (let n = 0; n < 8; n++) {
    const waitMicros = EVERY_MICROS * 2 ** n;
    assert.equal(beat.isDue(now + waitMicros - 1), false);
    assert.equal(beat.isOverdue(now + 5 * waitMicros, 5), false);
    assert.equal(beat.isOverdue(now + 5 * waitMicros + 1, 5), true);
    now += waitMicros;
    assert.equal(beat.next(now)?.type, "ping");
  }
});

Deno.test("Heartbeat.answered() believes the PONG to the newest PING, if its times can be", () => {
  const beat = heartbeat();
  beat.next(START_MICROS);
  const t1 = START_MICROS + EVERY_MICROS;
  beat.next(t1);
  beat.heard(t1 + 1000);
  const roundTrip = (pong: { t1: number; t2: number; t3: number }) =>
    beat.answered({ type: "pong", ...pong })?.roundTripMicros;
  assert.equal(roundTrip({ t1, t2: 5, t3: 205 }), 800);
  assert.equal(roundTrip({ t1, t2: 5, t3: 5 }), 1000);
  assert.equal(roundTrip({ t1: START_MICROS, t2: 5, t3: 205 }), undefined, "an older PING");
  assert.equal(roundTrip({ t1, t2: 5, t3: 1006 }), undefined, "longer than it took");
  assert.equal(roundTrip({ t1, t2: 5, t3: 4 }), undefined, "before it was asked");
  assert.equal(beat.pongs, 4, "those that belong to it");
});

Deno.test("Heartbeat counts the silence from what was heard last, without our own standstill", () => {
  const beat = heartbeat();
  assert.equal(beat.silentMicros(START_MICROS + 7), 7);
  beat.heard(START_MICROS + 7);
  beat.stoodStill(1000);
  assert.equal(beat.silentMicros(START_MICROS + 1009), 2);
});
