/**
 * The options of the way in for browsers.
 *
 * @module
 */

import { group } from "../lib/cli/option.ts";

/** The TCP port for browsers, unless another is given. */
export const WEB_PORT = 8080;

/** What is served over HTTP, and to whom it is shown. */
export const WEB_OPTIONS = {
  ...group("Web", ["host", "guest"], {
    web: {
      kind: "integer",
      default: undefined,
      defaultText: "off",
      bare: WEB_PORT,
      min: 0,
      max: 65_535,
      help:
        "Serve browsers and other programs over HTTP on this port, at the address of `--host`; " +
        "HTTPS where the host is private",
      perProgram: {
        guest: {
          help:
            "Show the picture in this computer's browser in place of the window, and to other " +
            "programs over HTTP on this port; needs no OpenCV",
        },
      },
    },
    cert: {
      kind: "text",
      default: undefined,
      defaultText: "the host's own",
      value: "file",
      help: "The certificate for HTTPS, in PEM, with those between it and its authority",
      perProgram: { guest: { needs: "web" } },
    },
    certKey: {
      kind: "text",
      default: undefined,
      defaultText: "none",
      value: "file",
      help: "Its private key, in PEM",
      perProgram: { guest: { needs: "web" } },
    },
    qr: {
      kind: "boolean",
      default: false,
      help: "Print the link for browsers as a QR code as well",
      perProgram: { guest: { needs: "web" } },
    },
  }),
  ...group("Web", ["host"], {
    controlsFromPage: {
      kind: "boolean",
      default: false,
      help: "Let whoever has the key change quality, size, rate and the camera's controls on the " +
        "page, for all; otherwise they can only watch",
    },
  }),
  ...group("Web", ["guest"], {
    browser: {
      kind: "boolean",
      default: true,
      needs: "web",
      help: "With `--web`: open the page by itself, unless `--share` lets others see it",
    },
  }),
};
