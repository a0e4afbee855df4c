/**
 * The ways in which a picture is sent: as requested, smaller for whoever shows it small, and lighter
 * for a link that does not carry it.
 *
 * @module
 */

/** The renditions. */
export const RENDITIONS = ["full", "light", "half", "small", "quarter"] as const;

/** One of the {@linkcode RENDITIONS}. */
export type Rendition = typeof RENDITIONS[number];

/** What a picture's width and height are divided by. */
export type RenditionScale = 1 | 2 | 4;

/**
 * How each rendition is made, when `quality` is requested. Width and height are divided by `scale`.
 */
export function renditionSettings(
  quality: number,
): Record<Rendition, { quality: number; scale: RenditionScale }> {
  return {
    full: { quality, scale: 1 },
    light: { quality: Math.min(45, Math.round(quality * 0.6)), scale: 1 },
    half: { quality, scale: 2 },
    small: { quality: Math.min(55, Math.round(quality * 0.7)), scale: 2 },
    quarter: { quality, scale: 4 },
  };
}

/**
 * By what is shown of a picture's pixels: the rendition for that, and behind it those for a link
 * that does not carry it, each smaller than the one before.
 */
export const RENDITIONS_OF_VIEW = {
  full: ["full", "light", "small"],
  half: ["half", "small"],
  quarter: ["quarter"],
} as const satisfies Record<string, readonly Rendition[]>;

/** How much is shown of a picture's pixels, from each side. */
export type View = keyof typeof RENDITIONS_OF_VIEW;

/** A width and a height, in pixels. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** How much is shown of a picture that is fitted into so many pixels. */
export function viewOf(picture: Size, room: Size | undefined): View {
  if (!room || picture.width === 0 || picture.height === 0) return "full";
  const shown = Math.min(room.width / picture.width, room.height / picture.height);
  return shown <= 1 / 4 ? "quarter" : shown <= 1 / 2 ? "half" : "full";
}
