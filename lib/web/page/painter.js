// @ts-check
/**
 * Decodes pictures and draws them.
 *
 * @module
 */

/** @typedef {import("./session.js").Frame} Frame */

/**
 * Draws the newest picture there is; what comes meanwhile is replaced by what comes later.
 */
export class Painter {
  /** Degrees clockwise: 0, 90, 180 or 270. */
  rotation = 0;
  #canvas;
  #context;
  #onDrawn;
  /** @type {Frame | undefined} */
  #waiting;
  #isBusy = false;
  /** @type {ImageBitmap | undefined} */
  #shown;

  /**
   * @param {OffscreenCanvas} canvas
   * @param {(frame: Frame, size: { width: number, height: number }) => void} onDrawn
   */
  constructor(canvas, onDrawn) {
    this.#canvas = canvas;
    const context = canvas.getContext("2d", { alpha: false, desynchronized: true });
    if (!context) throw new Error("this browser cannot draw");
    this.#context = context;
    this.#onDrawn = onDrawn;
  }

  /** @param {Frame} frame */
  offer(frame) {
    this.#waiting = frame;
    if (!this.#isBusy) this.#work();
  }

  /** Draws the last picture again, as when it was turned. */
  repaint() {
    if (this.#shown) this.#draw(this.#shown);
  }

  async #work() {
    this.#isBusy = true;
    while (this.#waiting) {
      const frame = this.#waiting;
      this.#waiting = undefined;
      try {
        // The browser decodes on a thread of its own.
        const bitmap = await createImageBitmap(new Blob([frame.jpeg], { type: "image/jpeg" }));
        this.#draw(bitmap);
        this.#shown?.close();
        this.#shown = bitmap;
        this.#onDrawn(frame, { width: bitmap.width, height: bitmap.height });
      } catch {
        // One that does not decode is left out; how old the one before is, the page says.
      }
    }
    this.#isBusy = false;
  }

  /** @param {ImageBitmap} bitmap */
  #draw(bitmap) {
    const { width, height } = bitmap;
    const isUpright = this.rotation % 180 === 0;
    const [across, down] = isUpright ? [width, height] : [height, width];
    if (this.#canvas.width !== across) this.#canvas.width = across;
    if (this.#canvas.height !== down) this.#canvas.height = down;
    const context = this.#context;
    if (this.rotation === 0) return context.drawImage(bitmap, 0, 0);
    context.setTransform(1, 0, 0, 1, across / 2, down / 2);
    context.rotate(this.rotation * Math.PI / 180);
    context.drawImage(bitmap, -width / 2, -height / 2);
    context.resetTransform();
  }
}
