import assert from "node:assert/strict";
import fc from "fast-check";
import type { Hearing } from "../../lib/guest/host_connection.ts";
import {
  type Attempt,
  FIRST_DELAY_MS,
  LONGEST_DELAY_MS,
  reconnectDelayMs,
  Reconnector,
} from "../../lib/guest/reconnector.ts";
import { FakeTime } from "../support/fake_time.ts";

/** An attempt in the test's hands. */
class ScriptedAttempt implements Attempt {
  hearing: Hearing = "trying";
  delivered = false;
  failure: unknown;
  /** Whether it was asked to end. */
  ending = false;
  readonly closed: Promise<void>;
  readonly #close: () => void;
  readonly #onHearing: () => void;

  constructor(onHearing: () => void) {
    this.#onHearing = onHearing;
    ({ promise: this.closed, resolve: this.#close } = Promise.withResolvers<void>());
  }

  become(hearing: Hearing): void {
    this.hearing = hearing;
    this.#onHearing();
  }

  fail(failure: string): void {
    this.failure = failure;
    this.#close();
    this.become("over");
  }

  end(): void {
    this.ending = true;
    this.#close();
    this.become("over");
  }
}

/** A reconnector, every connection that it opened, and what it said. */
class Stage implements AsyncDisposable {
  readonly time = new FakeTime();
  readonly attempts: ScriptedAttempt[] = [];
  readonly said: string[] = [];
  readonly stop = new AbortController();
  readonly kept: Promise<void>;

  constructor({
    reconnect = true,
    onFailure = (failure) => void this.said.push(`failed: ${failure}`),
  }: {
    reconnect?: boolean;
    onFailure?: (failure: unknown) => void;
  } = {}) {
    const reconnector = new Reconnector({
      reconnect,
      open: (onHearing) => {
        const attempt = new ScriptedAttempt(onHearing);
        this.attempts.push(attempt);
        return attempt;
      },
      delayMs: (failures) => {
        this.said.push(`${failures} in a row`);
        return failures * 1000;
      },
      onEvent: (event) => {
        if (event.type === "silence") this.said.push(event.silent ? "silent" : "heard again");
        else onFailure(event.failure);
      },
    });
    this.kept = reconnector.run(this.stop.signal);
    // It is judged where the test awaits it.
    this.kept.catch(() => {});
  }

  /** The attempt of this number, from 0; all that led to it has happened. */
  async attempt(index: number): Promise<ScriptedAttempt> {
    await this.time.advance(0);
    const attempt = this.attempts[index];
    assert.ok(attempt, `${this.attempts.length} attempts were opened`);
    return attempt;
  }

  /** The first attempt, on which the host was heard and is not any more. */
  async silentAttempt(): Promise<ScriptedAttempt> {
    const attempt = await this.attempt(0);
    attempt.become("heard");
    await this.time.advance(0);
    attempt.become("silent");
    return attempt;
  }

  /** How many attempts there are that were not asked to end. */
  get open(): number {
    return this.attempts.filter(({ hearing }) => hearing !== "over").length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop.abort();
    await this.time.advance(0);
    await this.kept.catch(() => {});
    this.time[Symbol.dispose]();
  }
}

Deno.test("Reconnector keeps one attempt for as long as the host is heard", async () => {
  await using stage = new Stage();
  const attempt = await stage.attempt(0);
  attempt.become("heard");
  await stage.time.advance(60_000);
  assert.equal(stage.attempts.length, 1);
  stage.stop.abort();
  await stage.time.advance(0);
  await stage.kept;
  assert.ok(attempt.ending);
  assert.deepEqual(stage.said, []);
});

Deno.test("Reconnector tries again after a while that grows with the failures in a row", async () => {
  await using stage = new Stage();
  for (let failures = 1; failures <= 3; failures++) {
    (await stage.attempt(failures - 1)).fail("refused");
    await stage.time.advance(failures * 1000 - 1);
    assert.equal(stage.attempts.length, failures, "too early");
    await stage.time.advance(1);
    assert.equal(stage.attempts.length, failures + 1);
  }
  assert.deepEqual(stage.said.slice(0, 4), [
    "1 in a row",
    "failed: refused",
    "2 in a row",
    "failed: refused",
  ]);
});

Deno.test("Reconnector begins to count anew behind an attempt that brought pictures", async () => {
  await using stage = new Stage();
  (await stage.attempt(0)).fail("refused");
  await stage.time.advance(1000);
  const attempt = await stage.attempt(1);
  attempt.become("heard");
  attempt.delivered = true;
  await stage.time.advance(5000);
  attempt.fail("gone");
  await stage.attempt(2);
  assert.deepEqual(stage.said.filter((one) => one.endsWith("row")), ["1 in a row", "0 in a row"]);
});

Deno.test("Reconnector ends with what is thrown behind a failure", async () => {
  const fault = new Error("it is an SSH server");
  await using stage = new Stage({
    onFailure: () => {
      throw fault;
    },
  });
  (await stage.attempt(0)).fail("no host");
  await assert.rejects(stage.kept, fault);
  assert.equal(stage.attempts.length, 1);
});

Deno.test("Reconnector tries a second attempt beside a silent one, and keeps the first that is heard", async () => {
  await using stage = new Stage();
  const old = await stage.silentAttempt();
  const fresh = await stage.attempt(1);
  assert.deepEqual([stage.said, stage.open], [["silent"], 2]);
  await stage.time.advance(60_000);
  assert.equal(stage.attempts.length, 2, "never more than two");

  fresh.become("heard");
  await stage.time.advance(0);
  assert.deepEqual([old.ending, fresh.ending], [true, false]);
  await stage.time.advance(60_000);
  assert.deepEqual([stage.attempts.length, stage.open], [2, 1]);
});

Deno.test("Reconnector stays with the silent attempt when that is heard again first", async () => {
  await using stage = new Stage();
  const old = await stage.silentAttempt();
  const fresh = await stage.attempt(1);
  old.become("heard");
  await stage.time.advance(0);
  assert.deepEqual([old.ending, fresh.ending], [false, true]);
  assert.deepEqual(stage.said, ["silent", "heard again"]);
});

Deno.test("Reconnector goes on with the attempt when the silent attempt ends", async () => {
  await using stage = new Stage();
  const old = await stage.silentAttempt();
  const fresh = await stage.attempt(1);
  old.fail("gone");
  await stage.time.advance(5000);
  assert.equal(stage.attempts.length, 2);
  fresh.become("heard");
  await stage.time.advance(5000);
  assert.deepEqual([fresh.ending, stage.open], [false, 1]);
});

Deno.test("Reconnector tries further when the second attempt fails, and keeps the silent one", async () => {
  await using stage = new Stage();
  const old = await stage.silentAttempt();
  (await stage.attempt(1)).fail("refused");
  await stage.time.advance(1000);
  const third = await stage.attempt(2);
  assert.deepEqual([old.ending, stage.open], [false, 2]);
  third.become("heard");
  await stage.time.advance(0);
  assert.ok(old.ending);
});

Deno.test("Reconnector leaves a silent attempt alone where it is not to reconnect", async () => {
  await using stage = new Stage({ reconnect: false });
  await stage.silentAttempt();
  await stage.time.advance(60_000);
  assert.deepEqual([stage.attempts.length, stage.said], [1, ["silent"]]);
});

Deno.test("Reconnector waits at its end until every attempt is closed", async () => {
  await using stage = new Stage();
  const old = await stage.silentAttempt();
  const fresh = await stage.attempt(1);
  stage.stop.abort();
  await stage.time.advance(0);
  await stage.kept;
  assert.ok(old.ending && fresh.ending);
  assert.equal(stage.time.waiting, 0, "a timer was left");
});

Deno.test("reconnectDelayMs() doubles from failure to failure, up to its limit", () => {
  const delays = [0, 1, 2, 3, 1000].map((failures) => reconnectDelayMs(failures, 0));
  assert.deepEqual(
    delays,
    [0, 1, 2, 3, 10].map((failures) => {
      return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures);
    }),
  );
  assert.equal(delays[0], FIRST_DELAY_MS);
  assert.equal(delays.at(-1), LONGEST_DELAY_MS);
});

Deno.test("reconnectDelayMs() leaves to chance up to half of it, and never asks for a storm", () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
      const longest = reconnectDelayMs(failures, 0);
      const delay = reconnectDelayMs(failures, random);
      assert.ok(delay <= longest && delay >= longest / 2);
      assert.ok(delay >= FIRST_DELAY_MS / 2 && delay <= LONGEST_DELAY_MS);
    }),
  );
});
