/**
 * The options of what becomes of pictures in the end, and of what is said: windows, files, figures.
 *
 * @module
 */

import { DAY_SECONDS, FLAG, group } from "../lib/cli/option.ts";

/** What is shown in a window, written, and printed. */
export const OUTPUT_OPTIONS = {
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
