/**
 * The options of privacy: who is let in, and by which key.
 *
 * @module
 */

import { FLAG, group } from "../lib/cli/option.ts";

/** What keeps a picture from those whom it does not concern. */
export const PRIVACY_OPTIONS = {
  ...group("Privacy", ["host", "guest"], {
    share: {
      kind: "boolean",
      default: false,
      help: "Let other computers in, over every network, if they have the key that is shown. So " +
        "does any `--host` that others reach",
      perProgram: {
        guest: {
          needs: "web",
          help:
            "With `--web`: let other computers' browsers in, over every network, if they have " +
            "this computer's own key, which is shown",
        },
      },
    },
  }),
  ...group("Privacy", ["host"], {
    newKey: {
      ...FLAG,
      help: "Make a new key, print it, and end. A host that runs takes it at once, and ends the " +
        "guests that came with the old one",
    },
  }),
  ...group("Privacy", ["host", "guest", "doctor"], {
    open: {
      kind: "boolean",
      default: false,
      help: "Without TLS and key, so that everyone in the network can see the picture",
      perProgram: {
        guest: { help: "Show a host on another computer that is open as well" },
        doctor: { help: "Look at a host on another computer that is open, without TLS and key" },
      },
    },
    keyFile: {
      kind: "text",
      default: undefined,
      defaultText: "none",
      value: "file",
      help: "File with the host's key, which nobody else may read; CAPTUREVIDEO_KEY can hold the " +
        "key itself",
    },
    key: {
      kind: "text",
      default: undefined,
      defaultText: "none",
      value: "key",
      environmentOnly: true,
      help: "The host's key itself",
    },
  }),
  ...group("Privacy", ["guest"], {
    forget: {
      kind: "text",
      default: undefined,
      defaultText: "none",
      value: "host",
      commandLineOnly: true,
      help: "Forget the key of the host of that name or address, and end",
    },
  }),
};
