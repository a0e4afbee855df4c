/**
 * A guest in the test's hands that goes on watching: what comes, and what it hears of the camera.
 *
 * @module
 */

import { TestGuest } from "../../support/peers.ts";
import { until } from "./support.ts";
import { UsbCamera } from "./usb_camera.ts";

/**
 * Watches one host on one connection until it is disposed of.
 *
 * - Pictures are counted apart: those that are to the byte as a USB camera sent them, and others.
 */
export class Watcher implements AsyncDisposable {
  /** How the camera is, as it heard: `live`, or `lost: ` and why. */
  readonly states: string[] = [];
  /** Pictures that are not to the byte as a camera films them. */
  readonly others: Uint8Array[] = [];
  /** Whether the host has closed the connection. */
  ended = false;
  #untouched = 0;
  readonly #guest: TestGuest;
  readonly #watching: Promise<void>;

  private constructor(guest: TestGuest) {
    this.#guest = guest;
    this.#watching = this.#watch();
  }

  /** Joins a host on this machine; of several cameras the first, unless one is named. */
  static async join(port: number, camera?: string): Promise<Watcher> {
    const guest = await TestGuest.connect(port);
    const hello = { type: "hello", versions: [1], program: "test" } as const;
    await guest.send(camera === undefined ? hello : { ...hello, camera });
    return new Watcher(guest);
  }

  /** Waits for so many more pictures, to the byte as the camera sent them. */
  async untouched(count: number): Promise<void> {
    const enough = this.#untouched + count;
    await until(`${count} pictures came untouched`, () => this.#untouched >= enough);
  }

  /** Waits for an other picture behind the first `after` of them; gives the last. */
  async another(after: number): Promise<Uint8Array> {
    await until("another picture came", () => this.others.length > after);
    return this.others.at(-1)!;
  }

  /** Waits until it hears so, behind the first `after` states. */
  async hear(pattern: RegExp, after: number): Promise<void> {
    const heard = () => this.states.slice(after).some((line) => pattern.test(line));
    await until(`it hears ${pattern}`, heard);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#guest[Symbol.dispose]();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const guest = this.#guest;
    for (;;) {
      const message = await guest.receive();
      if (message === undefined) break;
      if (message.type === "ping") await guest.send({ ...message, type: "pong", t2: 1, t3: 1 });
      if (message.type === "status") {
        this.states.push(message.why ? `${message.camera}: ${message.why}` : message.camera);
      }
      if (message.type !== "frame") continue;
      await guest.send({ type: "ack", sequence: message.sequence });
      if (await UsbCamera.numberOf(message.jpeg) === undefined) this.others.push(message.jpeg);
      else this.#untouched++;
    }
    this.ended = true;
  }
}
