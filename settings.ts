/**
 * Every option of the programs: its default, its range and its documentation.
 *
 * They stand in settings/, a file for each topic, and are put together here. Change a default there
 * and it is changed everywhere: in the programs, in their types and in what `--help` prints. To
 * change it for one call or one computer only, leave these files alone and give the option on the
 * command line (`--max-guests 3`), in the environment (`CAPTUREVIDEO_MAX_GUESTS=3`) or in a file
 * capturevideo.json in the working directory (`{ "maxGuests": 3 }`); what is named first here wins.
 *
 * @example
 * ```ts
 * import type { Settings } from "./settings.ts";
 *
 * function describe(settings: Settings<"host">): string {
 *   return `${settings.source} at ${settings.width}x${settings.height}`;
 * }
 * ```
 * @module
 */

import type { Program, SettingsOf } from "./lib/cli/option.ts";
import { CAMERA_OPTIONS } from "./settings/camera.ts";
import { NATS_OPTIONS } from "./settings/nats.ts";
import { NETWORK_OPTIONS } from "./settings/network.ts";
import { OUTPUT_OPTIONS } from "./settings/output.ts";
import { PRIVACY_OPTIONS } from "./settings/privacy.ts";
import { SERVICE_OPTIONS } from "./settings/service.ts";
import { WEB_OPTIONS } from "./settings/web.ts";

export { HOST, PORT } from "./settings/network.ts";
export { WEB_PORT } from "./settings/web.ts";

/** The one table, in the order in which `--help` prints it. */
export const OPTIONS = {
  ...CAMERA_OPTIONS,
  ...NETWORK_OPTIONS,
  ...PRIVACY_OPTIONS,
  ...WEB_OPTIONS,
  ...NATS_OPTIONS,
  ...OUTPUT_OPTIONS,
  ...SERVICE_OPTIONS,
};

/**
 * What a program is run with: each of its options by its name, checked, with defaults filled in.
 * The types are those of the table: `Settings<"host">["quality"]` is `number`.
 */
export type Settings<P extends Program> = SettingsOf<typeof OPTIONS, P>;
