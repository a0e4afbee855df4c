/**
 * Every option of the programs: its default, its range and its documentation.
 *
 * Those of a camera and its pictures stand in settings/camera.ts, all others here. Change a default
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

import { CAMERA_FORM, GUEST_HOST_FORM, HOST_FORM } from "./lib/cli/address.ts";
import { CAMERA_NAME_FORM } from "./lib/cli/camera_name.ts";
import { HOST_NAME_FORM } from "./lib/cli/host_name.ts";
import { DAY_SECONDS, group, type Program, type SettingsOf } from "./lib/cli/option.ts";
import { CAMERA_OPTIONS } from "./settings/camera.ts";
import { NATS_OPTIONS } from "./settings/nats.ts";

/**
 * Where the host listens and the guest connects to. For two computers, give the host `--share` and
 * the guest the host's address.
 */
export const HOST = "127.0.0.1";

/** The TCP port on which they meet. */
export const PORT = 65432;

/** Of the programs that are given a host. */
const SAME_AS_ADDRESS = "Address or name of the host; the same as `[address]`";

/** The TCP port for browsers, unless another is given. */
export const WEB_PORT = 8080;

/** What is asked for in one call. */
const FLAG = { kind: "boolean", default: false, commandLineOnly: true } as const;

/** The one table, in the order in which `--help` prints it. */
export const OPTIONS = {
  ...CAMERA_OPTIONS,
  ...group("Camera", ["host", "demo"], {
    cameras: {
      kind: "cameras",
      default: undefined,
      defaultText: "those of `--source`",
      fileOnly: true,
      each: CAMERA_OPTIONS,
      help:
        "Several cameras by their names, each with its own `source`, and whatever else it is to " +
        "have of its own: what stands here under camera, picture, `quality` and `passthrough`",
    },
  }),
  ...group("Compression", ["host"], {
    adapt: {
      kind: "boolean",
      default: true,
      help:
        "Send smaller pictures to a guest whose link cannot carry the full ones, or that shows " +
        "them small",
    },
  }),
  ...group("Network", ["host", "guest", "doctor"], {
    host: {
      kind: "text",
      default: HOST,
      value: "address",
      form: HOST_FORM,
      help: "Address to listen on; 0.0.0.0 or :: is every network, and `--share` the same",
      perProgram: {
        guest: {
          help: "Address or name of the host, or URL of a network camera; the same as `[address]`",
          default: undefined,
          defaultText: "the one that is found",
          form: GUEST_HOST_FORM,
        },
        doctor: { help: SAME_AS_ADDRESS, default: undefined, defaultText: "none" },
      },
    },
    port: {
      kind: "integer",
      default: PORT,
      min: 0,
      max: 65_535,
      help: "TCP port to listen on; 0 takes a free one and prints it",
      perProgram: {
        guest: { help: "TCP port of the host; named alone, of one on this computer", min: 1 },
        doctor: { help: "TCP port of the host", min: 1 },
      },
    },
  }),
  ...group("Network", ["host"], {
    name: {
      kind: "text",
      default: undefined,
      defaultText: "the computer's name",
      value: "name",
      form: HOST_NAME_FORM,
      help: "What guests find the host by; where another host has the name, `(2)` is added",
    },
    announce: {
      kind: "boolean",
      default: true,
      help: "Let the host be found by its name, unless it listens for this computer alone",
    },
    legacy: {
      kind: "boolean",
      default: false,
      help: "Serve the tutorial's Python guests: bare JPEGs without the protocol, and therefore " +
        "without a bound on how late a picture is",
    },
  }),
  ...group("Network", ["guest"], {
    camera: {
      kind: "text",
      default: undefined,
      defaultText: "the first one",
      value: "name",
      form: CAMERA_NAME_FORM,
      help: "Which of the host's cameras to show; the same as behind the slash in `[address]`, " +
        "as in `studio/desk`",
    },
    tiles: {
      kind: "list",
      default: [],
      value: "address",
      form: CAMERA_FORM,
      help: "Show these cameras side by side in one window; the same as several `[address]`",
    },
    all: {
      ...FLAG,
      help: "Show every camera of every host that is found, those that come later too",
    },
    timeout: {
      kind: "number",
      default: 10,
      above: 0,
      max: DAY_SECONDS,
      unit: "seconds",
      help:
        "Without a picture for so long, the connection counts as lost, whatever else the host " +
        "says but that its camera is lost",
    },
    maxFps: {
      kind: "number",
      default: undefined,
      defaultText: "all there are",
      min: 0.01,
      max: 1000,
      unit: "frames/s",
      help:
        "Ask the host for no more pictures a second than this, evenly spread; a host of the tutorial sends all",
    },
    reconnect: {
      kind: "boolean",
      default: true,
      help: "Connect again when the host is gone, about once a second",
    },
  }),
  ...group("Network", ["host", "guest"], {
    maxGuests: {
      kind: "integer",
      default: 64,
      min: 1,
      max: 10_000,
      help: "Guests served at once; the next is told why it is refused. 1 is the tutorial's " +
        "single-connection mode",
      perProgram: { guest: { help: "Browsers served at once, with `--web`" } },
    },
    maxPerAddress: {
      kind: "integer",
      default: 32,
      min: 1,
      max: 10_000,
      help: "Of these, guests from one address",
      perProgram: { guest: { help: "Of these, browsers from one address" } },
    },
  }),
  ...group("Privacy", ["host", "guest"], {
    share: {
      kind: "boolean",
      default: false,
      help: "Let other computers in, over every network, if they have the key that is shown. So " +
        "does any `--host` that others reach",
      perProgram: {
        guest: {
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
    },
    certKey: {
      kind: "text",
      default: undefined,
      defaultText: "none",
      value: "file",
      help: "Its private key, in PEM",
    },
    qr: {
      kind: "boolean",
      default: false,
      help: "Print the link for browsers as a QR code as well",
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
      help: "With `--web`: open the page by itself, unless `--share` lets others see it",
    },
  }),
  ...NATS_OPTIONS,
  ...group("Window", ["host"], {
    preview: {
      kind: "boolean",
      default: undefined,
      defaultText: "where there is a display",
      help: "Show what is sent in a window named `frame`; `q` or closing it ends the host",
    },
  }),
  ...group("Window", ["guest"], {
    window: {
      kind: "boolean",
      default: undefined,
      defaultText: "on, unless `--web`",
      help: "Show the picture in a window named `image`",
    },
    overlay: {
      kind: "boolean",
      default: false,
      help: "Draw age, rate and size on the picture; the key `i` switches it",
    },
    maxAge: {
      kind: "integer",
      default: 1000,
      min: 0,
      max: 1000 * DAY_SECONDS,
      unit: "milliseconds",
      help: "A picture older than this, or of unknown age, is marked as not live; 0 marks none",
    },
  }),
  ...group("Output", ["guest"], {
    output: {
      kind: "text",
      default: undefined,
      defaultText: "none",
      value: "file",
      help: "Write the JPEGs untouched, one after another, into a new file; `-` is standard output",
    },
    overwrite: {
      kind: "boolean",
      default: false,
      help: "Let `--output` replace a file that is there",
    },
    frames: {
      kind: "integer",
      default: undefined,
      defaultText: "no end",
      min: 1,
      help: "End after so many pictures",
    },
    duration: {
      kind: "number",
      default: undefined,
      defaultText: "no end",
      above: 0,
      max: 7 * DAY_SECONDS,
      unit: "seconds",
      help: "End after so many seconds",
    },
  }),
  ...group("Output", ["host", "guest"], {
    stats: {
      kind: "choice",
      choices: ["off", "line", "json"],
      default: "off",
      help:
        "Once a second, write the state to standard error: `line` for reading, `json` as a JSON object",
    },
  }),
  ...group("Information", ["host", "guest", "demo"], {
    list: {
      ...FLAG,
      help: "Print the cameras with their paths, formats, sizes and rates, and end",
      perProgram: { guest: { help: "Print the cameras of the host, and end" } },
    },
  }),
  ...group("Information", ["host", "demo"], {
    controls: { ...FLAG, help: "With `--list`: print each camera's controls as well" },
  }),
  ...group("Information", ["guest"], {
    find: { ...FLAG, help: "Print the hosts that are found by name, and end" },
  }),
  ...group("Information", ["guest", "doctor"], {
    json: { ...FLAG, help: "Print what is found as JSON; of the guest, with `--find` or `--list`" },
  }),
};

/**
 * What a program is run with: each of its options by its name, checked, with defaults filled in.
 * The types are those of the table: `Settings<"host">["quality"]` is `number`.
 */
export type Settings<P extends Program> = SettingsOf<typeof OPTIONS, P>;
