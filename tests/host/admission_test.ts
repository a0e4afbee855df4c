import assert from "node:assert/strict";
import {
  Admission,
  type Client,
  MAX_PENDING,
  MAX_PENDING_PER_ADDRESS,
  YIELD_AFTER_MICROS,
} from "../../lib/host/admission.ts";

/** A client that notes why it was ended. */
class TestClient implements Client {
  silentMicros = 0;
  ended: string | undefined;

  constructor(readonly address: string) {}

  cut(reason: string): void {
    this.ended = reason;
  }
}

/** Clients come and are made guests; what each is refused for. */
function admitAll(admission: Admission, ...clients: Client[]): (string | undefined)[] {
  return clients.map((client) => {
    admission.enter(client);
    return admission.admit(client);
  });
}

Deno.test("Admission admits so many guests, and so many from one address", () => {
  const admission = new Admission({ maxGuests: 3, maxPerAddress: 2 });
  const client = new TestClient("a");
  const first = admission.enter(client);
  assert.equal(admission.admit(client), undefined);
  assert.deepEqual(admitAll(admission, ...["a", "a", "b", "c"].map((at) => new TestClient(at))), [
    undefined,
    "the host serves 2 guests from one address at most (--max-per-address)",
    undefined,
    "the host serves 3 guests at most (--max-guests)",
  ]);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  assert.deepEqual(admitAll(admission, new TestClient("c"), new TestClient("d")), [
    undefined,
    "the host serves 3 guests at most (--max-guests)",
  ]);
});

Deno.test("Admission gives the place of the guest that was silent for the longest to a new one", () => {
  const admission = new Admission({ maxGuests: 3, maxPerAddress: 2 });
  const [lively, silent, longer] = ["a", "b", "b"].map((address) => new TestClient(address));
  admitAll(admission, lively!, silent!, longer!);
  silent!.silentMicros = longer!.silentMicros = YIELD_AFTER_MICROS;
  assert.match(admitAll(admission, new TestClient("c"))[0]!, /^the host serves 3 guests/);
  silent!.silentMicros += 1;
  longer!.silentMicros += 2;
  assert.deepEqual(admitAll(admission, new TestClient("c")), [undefined]);
  const ends = [lively, silent, longer].map((client) => client!.ended);
  assert.deepEqual(ends, [undefined, undefined, "it was silent, and another guest came"]);
});

Deno.test("Admission makes room for a guest among those of its address", () => {
  const admission = new Admission({ maxGuests: 10, maxPerAddress: 1 });
  const [elsewhere, before] = [new TestClient("a"), new TestClient("b")];
  admitAll(admission, elsewhere, before);
  elsewhere.silentMicros = 2 * YIELD_AFTER_MICROS;
  assert.match(admitAll(admission, new TestClient("b"))[0]!, /from one address/);
  before.silentMicros = YIELD_AFTER_MICROS + 1;
  assert.deepEqual(admitAll(admission, new TestClient("b")), [undefined]);
  assert.deepEqual([elsewhere.ended, before.ended?.slice(0, 6)], [undefined, "it was"]);
});

Deno.test("Admission ends nobody for a guest that it refuses", () => {
  const admission = new Admission({ maxGuests: 3, maxPerAddress: 2 });
  const silent = new TestClient("b");
  admitAll(admission, new TestClient("a"), new TestClient("a"), silent);
  silent.silentMicros = 2 * YIELD_AFTER_MICROS;
  assert.match(admitAll(admission, new TestClient("a"))[0]!, /from one address/);
  assert.equal(silent.ended, undefined);
});

Deno.test("Admission lets the oldest go of too many that say nothing: of an address, and of all", () => {
  const admission = new Admission({ maxGuests: 1, maxPerAddress: 1 });
  const guest = new TestClient("a");
  admitAll(admission, guest);
  const clients: TestClient[] = [];
  const enter = (address: string) => {
    const client = new TestClient(address);
    clients.push(client);
    admission.enter(client);
  };
  const ended = () => clients.flatMap(({ ended }, index) => ended ? [index] : []);
  for (let count = 0; count < MAX_PENDING_PER_ADDRESS; count++) enter("a");
  assert.deepEqual(ended(), []);
  enter("a");
  assert.deepEqual(ended(), [0]);
  assert.equal(clients[0]!.ended, "too many connections that have not said HELLO");
  for (let count = MAX_PENDING_PER_ADDRESS; count < MAX_PENDING; count++) enter(`b${count}`);
  assert.deepEqual(ended(), [0]);
  enter("c");
  assert.deepEqual(ended(), [0, 1]);
  assert.equal(guest.ended, undefined);
});
