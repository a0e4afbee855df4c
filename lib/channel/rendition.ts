/**
 * The three ways in which a picture is sent: as requested, lighter, and small.
 *
 * @module
 */

/** The renditions, from the best picture to the smallest. */
export const RENDITIONS = ["full", "light", "small"] as const;

/** One of the {@linkcode RENDITIONS}. */
export type Rendition = typeof RENDITIONS[number];

/**
 * How each rendition is made, when `quality` is requested: each is smaller than the one before. Width
 * and height are divided by `scale`.
 */
export function renditionSettings(
  quality: number,
): Record<Rendition, { quality: number; scale: 1 | 2 }> {
  return {
    full: { quality, scale: 1 },
    light: { quality: Math.min(45, Math.round(quality * 0.6)), scale: 1 },
    small: { quality: Math.min(55, Math.round(quality * 0.7)), scale: 2 },
  };
}
