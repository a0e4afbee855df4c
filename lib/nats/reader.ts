/**
 * One camera's pictures from a NATS server.
 *
 * @module
 */

import type { Msg, NatsConnection, Status, Subscription } from "@nats-io/transport-node";
import type { Rendition, View } from "../channel/rendition.ts";
import { VERSION } from "../cli/version.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { aborted, nextTurn, pause } from "../flow/timing.ts";
import { AckWindow, TRUSTED_ROUND_TRIPS } from "../host/ack_window.ts";
import { UNKNOWN_TIME } from "../peer/host_clock.ts";
import { connectToNats, disconnect } from "./connect.ts";
import { Credits } from "./credits.ts";
import { failed, nobodyPublishes, serverError } from "./events.ts";
import { firstCamera } from "./first_camera.ts";
import { HostTime } from "./host_time.ts";
import { HostWatch, type HostWatchOptions, JUDGE_EVERY_MS } from "./host_watch.ts";
import { messageIn } from "./message.ts";
import { RenditionChoice } from "./rendition_choice.ts";
import { roundTrip } from "./round_trip.ts";
import type { NatsCamera } from "./settings.ts";
import { decodeState } from "./state.ts";
import { CameraSubjects } from "./subjects.ts";

/** How often clocks are compared, in milliseconds. */
const COMPARE_EVERY_MS = 2000;
/** How many of these there are to one that has the link for itself, with the round trip measured. */
const COMPARISONS_TO_A_DRAIN = 5;
/** How many follow each other at once, so that the first picture's age is known well. */
const FIRST_COMPARISONS = 3;
/** How long the first comparison may keep pictures waiting, in milliseconds. */
const FIRST_ANSWER_MS = 300;
/** How long a link is given to drain before it is measured, in milliseconds. */
const DRAIN_MS = 500;

/** Options of a {@linkcode NatsReader}; what `onEvent` throws ends the reading. */
export interface NatsReaderOptions extends NatsCamera, HostWatchOptions {
  /** The most pictures a second that are wanted; `undefined` for all there are. */
  readonly maxFps: number | undefined;
}

/**
 * Reads one camera, one rendition at a time.
 *
 * - Bound: see {@linkcode Credits}.
 * - Rendition: the best that the link carries, of those that fill what is shown of a picture. A
 *   reader that asked for fewer pictures, or does not know their age, reads the best.
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
  readonly #choice = new RenditionChoice();
  /** What is read now, and that somebody does. */
  #reading: { readonly rendition: Rendition; readonly wanted: Subscription } | undefined;
  #roundTripMicros = 0;
  #isAnswering = false;

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
    const connection = await connectToNats(servers, `capturevideo guest ${VERSION}`, signal);
    if (!connection) return;
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
      await disconnect(connection);
    }
  }

  /** Notes how much is shown of a picture: the rest is not read. */
  shows(view: View): void {
    this.#choice.shows(view);
    this.#choose();
  }

  async #begin(over: AbortSignal): Promise<void> {
    const { host, onEvent } = this.#options;
    const camera = this.#options.camera ?? await firstCamera({
      ...{ connection: this.#connection, host, onEvent },
      guard: (act) => this.#guard(act),
    }, over);
    if (camera === undefined || over.aborted) return;
    this.#called = `${host}/${camera}`;
    const subjects = this.#subjects = new CameraSubjects(host, camera);
    this.#connection.subscribe(subjects.state, {
      callback: (error, message) => this.#guard(() => this.#takeState(error, message)),
    });
    this.#want(subjects, this.#wantedRendition);
    await Promise.all([this.#enter(subjects), this.#measureAgain(subjects, over)]);
  }

  /** Begins on a connection that was just made. */
  async #enter(subjects: CameraSubjects): Promise<void> {
    const epoch = ++this.#epoch;
    this.#host.begin();
    this.#choice.pause();
    const answered = this.#compareAtFirst(subjects);
    const measured: number[] = [];
    for (let n = 0; n < TRUSTED_ROUND_TRIPS; n++) {
      measured.push(await roundTrip(this.#connection, this.#options.now) ?? 0);
    }
    this.#roundTripMicros = Math.min(...measured);
    await Promise.race([answered, aborted(AbortSignal.timeout(FIRST_ANSWER_MS))]);
    if (epoch === this.#epoch) this.#giveCredits(subjects);
  }

  #giveCredits(subjects: CameraSubjects): void {
    const window = new AckWindow(this.#host);
    for (let n = 0; n < TRUSTED_ROUND_TRIPS; n++) {
      window.measured(this.#roundTripMicros, this.#options.now());
    }
    this.#credits.begin(subjects.frames(this.#reading!.rendition), window);
  }

  /** What is to be read, as far as the host publishes it. */
  get #wantedRendition(): Rendition {
    return this.#host.hasRenditions ? this.#choice.rendition : "full";
  }

  /** Reads another rendition where that is better. */
  #choose(): void {
    const rendition = this.#wantedRendition;
    if (!this.#subjects || !this.#reading || this.#reading.rendition === rendition) return;
    this.#want(this.#subjects, rendition);
    if (!this.#credits.isOpen) return;
    this.#choice.pause();
    this.#giveCredits(this.#subjects);
    // Who is asked looks who listens.
    this.#watch(this.#compare(this.#subjects));
  }

  #want(subjects: CameraSubjects, rendition: Rendition): void {
    this.#reading?.wanted.unsubscribe();
    // Nothing is published there: that somebody listens is what the host wants to know.
    const wanted = this.#connection.subscribe(subjects.wanted(rendition), { callback: () => {} });
    this.#reading = { rendition, wanted };
  }

  /** Compares clocks again and again; the best comparison is one with nothing else under way. */
  async #measureAgain(subjects: CameraSubjects, signal: AbortSignal): Promise<void> {
    for (let n = 1;; n++) {
      await pause(COMPARE_EVERY_MS, signal);
      if (signal.aborted) return;
      if (n % COMPARISONS_TO_A_DRAIN !== 0) {
        this.#watch(this.#compare(subjects));
        continue;
      }
      const epoch = this.#epoch;
      await this.#credits.hold(DRAIN_MS);
      const [micros] = await Promise.all([
        roundTrip(this.#connection, this.#options.now),
        Promise.race([this.#compare(subjects), aborted(AbortSignal.timeout(FIRST_ANSWER_MS))]),
      ]);
      if (epoch !== this.#epoch) continue;
      if (micros !== undefined) this.#credits.measured(micros);
      this.#choice.pause();
      this.#credits.resume();
    }
  }

  async #compareAtFirst(subjects: CameraSubjects): Promise<void> {
    for (let n = 0; n < FIRST_COMPARISONS; n++) await this.#compare(subjects);
  }

  async #compare({ ask }: CameraSubjects): Promise<void> {
    const epoch = this.#epoch;
    const answer = await this.#time.compare(ask);
    if (epoch !== this.#epoch) return;
    const { onEvent } = this.#options;
    // A host that is asked too much takes no more for a moment, and is heard all the same.
    if (answer === "nobody" && !this.#host.isHeard) {
      this.#host.begin();
      onEvent(nobodyPublishes(this.#called));
    }
    const message = this.#time.whyUnknown();
    if (message !== undefined) onEvent({ type: "notice", message });
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
      case "error": {
        const event = serverError(status.error, this.#called);
        if (event) onEvent(event);
      }
    }
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
    this.#choose();
  }

  #takeFrame(payload: Uint8Array): void {
    this.#host.heard();
    const { sequence, capturedAtMicros, jpeg } = messageIn(payload, "frame");
    // The numbers wrap around, as on a connection to the host itself.
    if (this.#sequence !== undefined && ((sequence - this.#sequence) | 0) <= 0) return;
    this.#sequence = sequence;
    this.#host.picture();
    const { now, onEvent, maxFps } = this.#options;
    const ours = this.#time.captured(capturedAtMicros);
    onEvent({ type: "picture", jpeg, capturedAtMicros: ours });
    if (ours !== undefined && ours !== UNKNOWN_TIME && maxFps === undefined) {
      this.#choice.arrived({
        ...{ sequence, bytes: payload.length, capturedAtMicros: ours, arrivedAtMicros: now() },
        roundTripMicros: this.#roundTripMicros,
      });
      this.#choose();
    }
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
