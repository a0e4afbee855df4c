/**
 * The settings of a source that nobody has set anything of.
 *
 * @module
 */

import type { SourceSettings } from "../../lib/camera/open_source.ts";

/** 320x240 at 30 a second of the test source, unless a test wants something else. */
export const SOURCE_SETTINGS: SourceSettings = {
  source: "test",
  width: 320,
  height: 240,
  fps: 30,
  format: "auto",
  control: [],
  loop: false,
  wait: false,
  deviceTimeout: 3,
  rotate: 0,
  flip: "none",
  timestamp: false,
};
