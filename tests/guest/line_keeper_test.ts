import assert from "node:assert/strict";
import { type Line, LineKeeper, type LineState } from "../../lib/guest/line_keeper.ts";
import { FakeTime } from "../support/fake_time.ts";

/** A line in the test's hands. */
class ScriptedLine implements Line {
  state: LineState = "trying";
  fruitful = false;
  failure: unknown;
  /** Whether it was asked to end. */
  ending = false;
  readonly closed: Promise<void>;
  readonly #close: () => void;
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
    ({ promise: this.closed, resolve: this.#close } = Promise.withResolvers<void>());
  }

  become(state: LineState): void {
    this.state = state;
    this.#onChange();
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

/** A keeper, every line that it opened, and what it said. */
class Stage implements AsyncDisposable {
  readonly time = new FakeTime();
  readonly lines: ScriptedLine[] = [];
  readonly said: string[] = [];
  readonly stop = new AbortController();
  readonly kept: Promise<void>;

  constructor({ reconnect = true, onFailure }: {
    reconnect?: boolean;
    onFailure?: (failure: unknown) => void;
  } = {}) {
    const keeper = new LineKeeper({
      reconnect,
      open: (onChange) => {
        const line = new ScriptedLine(onChange);
        this.lines.push(line);
        return line;
      },
      delayMs: (failures) => {
        this.said.push(`${failures} in a row`);
        return failures * 1000;
      },
      onFailure: onFailure ?? ((failure) => this.said.push(`failed: ${failure}`)),
      onSilence: (silent) => this.said.push(silent ? "silent" : "heard again"),
    });
    this.kept = keeper.run(this.stop.signal);
    // It is judged where the test awaits it.
    this.kept.catch(() => {});
  }

  /** The line of this number, from 0; all that led to it has happened. */
  async line(index: number): Promise<ScriptedLine> {
    await this.time.advance(0);
    const line = this.lines[index];
    assert.ok(line, `${this.lines.length} lines were opened`);
    return line;
  }

  /** The first line, on which the host was heard and is not any more. */
  async silentLine(): Promise<ScriptedLine> {
    const line = await this.line(0);
    line.become("heard");
    await this.time.advance(0);
    line.become("silent");
    return line;
  }

  /** How many lines there are that were not asked to end. */
  get open(): number {
    return this.lines.filter(({ state }) => state !== "over").length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop.abort();
    await this.time.advance(0);
    await this.kept.catch(() => {});
    this.time[Symbol.dispose]();
  }
}

Deno.test("LineKeeper keeps one line for as long as the host is heard", async () => {
  await using stage = new Stage();
  const line = await stage.line(0);
  line.become("heard");
  await stage.time.advance(60_000);
  assert.equal(stage.lines.length, 1);
  stage.stop.abort();
  await stage.time.advance(0);
  await stage.kept;
  assert.ok(line.ending);
  assert.deepEqual(stage.said, []);
});

Deno.test("LineKeeper tries again after a while that grows with the failures in a row", async () => {
  await using stage = new Stage();
  for (let failures = 1; failures <= 3; failures++) {
    (await stage.line(failures - 1)).fail("refused");
    await stage.time.advance(failures * 1000 - 1);
    assert.equal(stage.lines.length, failures, "too early");
    await stage.time.advance(1);
    assert.equal(stage.lines.length, failures + 1);
  }
  assert.deepEqual(stage.said.slice(0, 4), [
    "1 in a row",
    "failed: refused",
    "2 in a row",
    "failed: refused",
  ]);
});

Deno.test("LineKeeper begins to count anew behind a line that brought pictures", async () => {
  await using stage = new Stage();
  (await stage.line(0)).fail("refused");
  await stage.time.advance(1000);
  const line = await stage.line(1);
  line.become("heard");
  line.fruitful = true;
  await stage.time.advance(5000);
  line.fail("gone");
  await stage.line(2);
  assert.deepEqual(stage.said.filter((one) => one.endsWith("row")), ["1 in a row", "0 in a row"]);
});

Deno.test("LineKeeper ends with what onFailure throws", async () => {
  const fault = new Error("it is an SSH server");
  await using stage = new Stage({
    onFailure: () => {
      throw fault;
    },
  });
  (await stage.line(0)).fail("no host");
  await assert.rejects(stage.kept, fault);
  assert.equal(stage.lines.length, 1);
});

Deno.test("LineKeeper tries a second line beside a silent one, and keeps the first that is heard", async () => {
  await using stage = new Stage();
  const old = await stage.silentLine();
  const fresh = await stage.line(1);
  assert.deepEqual([stage.said, stage.open], [["silent"], 2]);
  await stage.time.advance(60_000);
  assert.equal(stage.lines.length, 2, "never more than two");

  fresh.become("heard");
  await stage.time.advance(0);
  assert.deepEqual([old.ending, fresh.ending], [true, false]);
  await stage.time.advance(60_000);
  assert.deepEqual([stage.lines.length, stage.open], [2, 1]);
});

Deno.test("LineKeeper stays with the silent line when that is heard again first", async () => {
  await using stage = new Stage();
  const old = await stage.silentLine();
  const fresh = await stage.line(1);
  old.become("heard");
  await stage.time.advance(0);
  assert.deepEqual([old.ending, fresh.ending], [false, true]);
  assert.deepEqual(stage.said, ["silent", "heard again"]);
});

Deno.test("LineKeeper goes on with the attempt when the silent line ends", async () => {
  await using stage = new Stage();
  const old = await stage.silentLine();
  const fresh = await stage.line(1);
  old.fail("gone");
  await stage.time.advance(5000);
  assert.equal(stage.lines.length, 2);
  fresh.become("heard");
  await stage.time.advance(5000);
  assert.deepEqual([fresh.ending, stage.open], [false, 1]);
});

Deno.test("LineKeeper tries further when the second line fails, and keeps the silent one", async () => {
  await using stage = new Stage();
  const old = await stage.silentLine();
  (await stage.line(1)).fail("refused");
  await stage.time.advance(1000);
  const third = await stage.line(2);
  assert.deepEqual([old.ending, stage.open], [false, 2]);
  third.become("heard");
  await stage.time.advance(0);
  assert.ok(old.ending);
});

Deno.test("LineKeeper leaves a silent line alone where it is not to reconnect", async () => {
  await using stage = new Stage({ reconnect: false });
  await stage.silentLine();
  await stage.time.advance(60_000);
  assert.deepEqual([stage.lines.length, stage.said], [1, ["silent"]]);
});

Deno.test("LineKeeper waits at its end until every line is closed", async () => {
  await using stage = new Stage();
  const old = await stage.silentLine();
  const fresh = await stage.line(1);
  stage.stop.abort();
  await stage.time.advance(0);
  await stage.kept;
  assert.ok(old.ending && fresh.ending);
  assert.equal(stage.time.waiting, 0, "a timer was left");
});
