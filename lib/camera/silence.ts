/**
 * Says that a source takes long to open, which cannot be cut short in a driver or in FFmpeg.
 *
 * @module
 */

/** Options of {@linkcode tellSilence}. */
export interface SilenceOptions {
  /** What is being opened, as it may be shown. */
  description: string;
  /** How long that may take, in milliseconds. */
  timeoutMs: number;
  /** Called once when it takes longer, with a line. */
  onSilence: (why: string) => void;
}

/** Waits for what is being opened, for as long as it takes. */
export async function tellSilence<T>(
  opening: Promise<T>,
  { description, timeoutMs, onSilence }: SilenceOptions,
): Promise<T> {
  const why = `Cannot open ${description}: no answer for ${timeoutMs / 1000} s; waiting on`;
  const timer = setTimeout(onSilence, timeoutMs, why);
  try {
    return await opening;
  } finally {
    clearTimeout(timer);
  }
}
