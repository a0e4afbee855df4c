/**
 * One camera's pictures from a NATS server.
 *
 * @module
 */

import type { Msg, NatsConnection, Status } from "@nats-io/transport-node";
import type { Rendition } from "../channel/rendition.ts";
import { VERSION } from "../cli/version.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { aborted, nextTurn, pause } from "../flow/timing.ts";
import { AckWindow, TRUSTED_ROUND_TRIPS } from "../host/ack_window.ts";
import { connectToNats } from "./connect.ts";
import { Credits } from "./credits.ts";
import { failed, nobodyPublishes } from "./events.ts";
import { firstCamera } from "./first_camera.ts";
import { HostTime } from "./host_time.ts";
import { HostWatch, type HostWatchOptions, SUSPICIOUS_SILENCE_MICROS } from "./host_watch.ts";
import { messageIn } from "./message.ts";
import type { NatsCamera } from "./settings.ts";
import { decodeState } from "./state.ts";
import { CameraSubjects } from "./subjects.ts";

/** How often the host is looked for, in milliseconds. */
const JUDGE_EVERY_MS = 250;
/** How often clocks are compared and the round trip is measured, in milliseconds. */
const MEASURE_EVERY_MS = 10_000;
/** How long the first comparison may keep pictures waiting, in milliseconds. */
const FIRST_ANSWER_MS = 300;
/** How long a link is given to drain before it is measured, in milliseconds. */
const DRAIN_MS = 500;

/** Options of a {@linkcode NatsReader}; what `onEvent` throws ends the reading. */
export interface NatsReaderOptions extends NatsCamera, HostWatchOptions {
  readonly rendition: Rendition;
  /** The most pictures a second that are wanted; `undefined` for all there are. */
  readonly maxFps: number | undefined;
}

/**
 * Reads one rendition of one camera.
 *
 * - Bound: see {@linkcode Credits}.
 * - Order: pictures come in the order of capture, each once; one that does not follow those before is
 *   dropped. A host that was started again counts anew, and says so before.
 * - Server: one that goes away is tried again, and so are the others of its cluster.
 */
export class NatsReader {
  readonly #options: NatsReaderOptions;
  readonly #end = Promise.withResolvers<void>();
  readonly #host: HostWatch;
  /** Known once the camera is. */
  #subjects: CameraSubjects | undefined;
  #called: string;
  #connection!: NatsConnection;
  #credits!: Credits;
  #time!: HostTime;
  /** Which connection it is, so that what was begun on another is not gone on with. */
  #epoch = 0;
  #sequence: number | undefined;
  #isAnswering = false;
  #hasToldOfTime = false;

  constructor(options: NatsReaderOptions) {
    this.#options = options;
    this.#called = options.host;
    this.#host = new HostWatch(options);
  }

  /**
   * Reads until the signal is aborted.
   *
   * @throws {CaptureVideoError} when the server cannot be used; what `onEvent` throws
   */
  async run(signal: AbortSignal): Promise<void> {
    const { servers, now, maxFps, trustWallClock } = this.#options;
    const connection = await connectToNats(servers, `capturevideo guest ${VERSION}`);
    this.#connection = connection;
    this.#time = new HostTime({ connection, now, trustWallClock });
    this.#credits = new Credits({
      ...{ connection, maxFps, now },
      onMessage: (payload) => this.#guard(() => this.#takeFrame(payload)),
    });
    const over = new AbortController();
    const judging = setInterval(() => this.#guard(() => this.#host.judge()), JUDGE_EVERY_MS);
    try {
      this.#watch(this.#follow());
      this.#watch(this.#begin(AbortSignal.any([signal, over.signal])));
      await Promise.race([aborted(signal), this.#end.promise]);
    } finally {
      over.abort();
      clearInterval(judging);
      this.#epoch++;
      this.#credits.drop();
      await connection.close();
    }
  }

  async #begin(over: AbortSignal): Promise<void> {
    const { host, rendition, camera = await this.#firstCamera() } = this.#options;
    if (over.aborted) return;
    this.#called = `${host}/${camera}`;
    const subjects = this.#subjects = new CameraSubjects(host, camera);
    this.#connection.subscribe(subjects.state, {
      callback: (error, message) => this.#guard(() => this.#takeState(error, message)),
    });
    // Nothing is published there: that somebody listens is what the host wants to know.
    this.#connection.subscribe(subjects.wanted(rendition), { callback: () => {} });
    await Promise.all([this.#enter(subjects), this.#measureAgain(subjects, over)]);
  }

  async #firstCamera(): Promise<string> {
    const { host, onEvent } = this.#options;
    const timer = setTimeout(
      () => this.#guard(() => onEvent(nobodyPublishes(host))),
      SUSPICIOUS_SILENCE_MICROS / 1000,
    );
    try {
      return await firstCamera({
        connection: this.#connection,
        host,
        guard: (act) => this.#guard(act),
        onWelcome: onEvent,
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Begins on a connection that was just made. */
  async #enter(subjects: CameraSubjects): Promise<void> {
    const epoch = ++this.#epoch;
    this.#host.begin();
    const answered = this.#compare(subjects);
    const window = new AckWindow(this.#host);
    for (let n = 0; n < TRUSTED_ROUND_TRIPS; n++) {
      const micros = await this.#roundTrip();
      if (micros !== undefined) window.measured(micros, this.#options.now());
    }
    await Promise.race([answered, aborted(AbortSignal.timeout(FIRST_ANSWER_MS))]);
    if (epoch !== this.#epoch) return;
    this.#credits.begin(subjects.frames(this.#options.rendition), window);
  }

  /** Measures again and again, each time with nothing under way. */
  async #measureAgain(subjects: CameraSubjects, signal: AbortSignal): Promise<void> {
    for (;;) {
      await pause(MEASURE_EVERY_MS, signal);
      if (signal.aborted) return;
      const epoch = this.#epoch;
      await this.#credits.hold(DRAIN_MS);
      const [micros] = await Promise.all([
        this.#roundTrip(),
        Promise.race([this.#compare(subjects), aborted(AbortSignal.timeout(FIRST_ANSWER_MS))]),
      ]);
      if (epoch !== this.#epoch) continue;
      if (micros !== undefined) this.#credits.measured(micros);
      this.#credits.resume();
    }
  }

  /** How long the server takes to answer, in microseconds; `undefined` where it is gone. */
  async #roundTrip(): Promise<number | undefined> {
    const { now } = this.#options;
    const startMicros = now();
    return await this.#connection.flush().then(() => now() - startMicros, () => undefined);
  }

  async #compare({ ask }: CameraSubjects): Promise<void> {
    const epoch = this.#epoch;
    const answer = await this.#time.compare(ask);
    if (epoch !== this.#epoch) return;
    const { onEvent, trustWallClock } = this.#options;
    if (answer === "nobody") {
      this.#host.begin();
      onEvent(nobodyPublishes(this.#called));
    } else if (answer === "forbidden" && !this.#hasToldOfTime) {
      this.#hasToldOfTime = true;
      const how = trustWallClock
        ? "it is that by both computers' wall clocks"
        : "it is unknown; --trust-wall-clock takes that by both computers' wall clocks";
      const message = `this user may only read, so the picture's age cannot be measured: ${how}`;
      onEvent({ type: "notice", message });
    }
  }

  async #follow(): Promise<void> {
    for await (const status of this.#connection.status()) this.#hearServer(status);
  }

  #hearServer(status: Status): void {
    const { onEvent } = this.#options;
    switch (status.type) {
      case "disconnect":
        this.#epoch++;
        this.#credits.drop();
        this.#host.begin();
        return onEvent(
          failed("connection", `Cannot go on: the NATS server ${status.server} is gone`),
        );
      case "reconnect":
        if (this.#subjects) this.#watch(this.#enter(this.#subjects));
        return;
      case "error":
        return this.#hearError(status.error);
    }
  }

  #hearError(error: Error & { operation?: string; subject?: string }): void {
    const { operation, subject } = error;
    // Whether it may ask, it finds out by asking.
    if (operation === "publish" || subject?.startsWith("_INBOX.")) return;
    if (operation === undefined) {
      const message = `the NATS server says: ${error.message}`;
      return this.#options.onEvent({ type: "notice", message });
    }
    throw new CaptureVideoError(
      "turned-away",
      `Cannot show ${this.#called}: the NATS server does not let this user read ${subject}`,
    );
  }

  #takeState(error: Error | null, { data }: Msg): void {
    if (error) return; // as above
    this.#host.heard();
    const state = decodeState(data);
    if (this.#host.state(state)) {
      this.#sequence = undefined;
      this.#time.reset();
      if (this.#time.mayAsk && this.#subjects) this.#watch(this.#compare(this.#subjects));
    }
    this.#time.heard(state);
  }

  #takeFrame(payload: Uint8Array): void {
    this.#host.heard();
    const { sequence, capturedAtMicros, jpeg } = messageIn(payload, "frame");
    // The numbers wrap around, as on a connection to the host itself.
    if (this.#sequence !== undefined && ((sequence - this.#sequence) | 0) <= 0) return;
    this.#sequence = sequence;
    this.#host.picture();
    const ours = this.#time.captured(capturedAtMicros);
    this.#options.onEvent({ type: "picture", jpeg, capturedAtMicros: ours });
    if (!this.#isAnswering) this.#watch(this.#answer());
  }

  /** What can wait until the server has the next credits is done behind them. */
  async #answer(): Promise<void> {
    this.#isAnswering = true;
    await nextTurn();
    this.#isAnswering = false;
    this.#options.onEvent({ type: "answered" });
  }

  /** Ends the reading with what goes wrong in the background. */
  #watch(work: Promise<void>): void {
    work.catch((error) => this.#end.reject(error));
  }

  /** An exception would end the connection: what is damaged is told, and all else ends the reading. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof CaptureVideoError && error.code === "protocol")) {
        return this.#end.reject(error);
      }
      this.#options.onEvent({ type: "damaged", message: error.message });
    }
  }
}
