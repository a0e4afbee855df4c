import assert from "node:assert/strict";
import {
  DRAIN_AFTER_EXCHANGES,
  EXCHANGE_EVERY_MICROS,
  Exchanges,
  FIRST_EXCHANGE_MICROS,
} from "../../lib/peer/exchanges.ts";

const START_MICROS = 1_000_000_000;

Deno.test("Exchanges.next() answers the newest PING first, then asks", () => {
  const exchanges = new Exchanges();
  exchanges.asked({ type: "ping", t1: 1 }, START_MICROS);
  exchanges.asked({ type: "ping", t1: 2 }, START_MICROS + 10);
  const now = START_MICROS + 30;
  const pong = { type: "pong", t1: 2, t2: START_MICROS + 10, t3: now };
  assert.deepEqual(exchanges.next(now), pong);
  assert.deepEqual(exchanges.next(now), { type: "ping", t1: now });
  assert.equal(exchanges.next(now), undefined);
});

Deno.test("Exchanges asks after 0.1 s, then half as often each time, down to every 2 s", () => {
  const exchanges = new Exchanges();
  let now = START_MICROS;
  exchanges.next(now);
  for (let n = 0; n < 8; n++) {
    const everyMicros = Math.min(EXCHANGE_EVERY_MICROS, FIRST_EXCHANGE_MICROS * 2 ** n);
    assert.equal(exchanges.isDue(now + everyMicros - 1), false);
    assert.equal(exchanges.isOverdue(now + DRAIN_AFTER_EXCHANGES * everyMicros), false);
    assert.equal(exchanges.isOverdue(now + DRAIN_AFTER_EXCHANGES * everyMicros + 1), true);
    now += everyMicros;
    assert.equal(exchanges.next(now)?.type, "ping");
  }
});

Deno.test("Exchanges.answered() believes the PONG to the newest PING, if its times can be", () => {
  const exchanges = new Exchanges();
  exchanges.next(START_MICROS);
  const t1 = START_MICROS + FIRST_EXCHANGE_MICROS;
  exchanges.next(t1);
  const answered = (pong: { t1: number; t2: number; t3: number }) =>
    exchanges.answered({ type: "pong", ...pong }, t1 + 1000);
  assert.equal(answered({ t1, t2: 5, t3: 205 }), 800);
  assert.equal(answered({ t1, t2: 5, t3: 5 }), 1000);
  assert.equal(answered({ t1: START_MICROS, t2: 5, t3: 205 }), undefined, "an older PING");
  assert.equal(answered({ t1, t2: 5, t3: 1006 }), undefined, "longer than it took");
  assert.equal(answered({ t1, t2: 5, t3: 4 }), undefined, "before it was asked");
});
