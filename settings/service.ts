/**
 * The options of the host as a service of systemd, besides the host's own.
 *
 * @module
 */

import { FLAG, group } from "../lib/cli/option.ts";

/** What kind of service it is, and what becomes of its unit. */
export const SERVICE_OPTIONS = {
  ...group("Service", ["service"], {
    install: {
      ...FLAG,
      help: "Install the unit, and start it now and with the computer, instead of printing it",
    },
    user: {
      ...FLAG,
      help: "A service of the user who installs it, who needs no root for that",
    },
  }),
};
