/**
 * The options of the network: where host and guest meet, and who may come.
 *
 * @module
 */

import { CAMERA_FORM, GUEST_HOST_FORM, HOST_FORM } from "../lib/cli/address.ts";
import { CAMERA_NAME_FORM } from "../lib/cli/camera_name.ts";
import { HOST_NAME_FORM } from "../lib/cli/host_name.ts";
import { DAY_SECONDS, FLAG, group } from "../lib/cli/option.ts";

/**
 * Where the host listens and the guest connects to. For two computers, give the host `--share` and
 * the guest the host's address.
 */
export const HOST = "127.0.0.1";

/** The TCP port on which they meet. */
export const PORT = 65432;

/** Of the programs that are given a host. */
const SAME_AS_ADDRESS = "Address or name of the host; the same as `[address]`";

/** By what host and guest find and reach each other, and how many guests there may be. */
export const NETWORK_OPTIONS = {
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
          replaces: ["camera", "tiles", "nats"],
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
      replaces: ["tiles"],
      help: "Which of the host's cameras to show; the same as behind the slash in `[address]`, " +
        "as in `studio/desk`",
    },
    tiles: {
      kind: "list",
      default: [],
      value: "address",
      form: CAMERA_FORM,
      replaces: ["camera", "nats"],
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
      help: "Connect again when the host is gone, within a second each time",
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
};
