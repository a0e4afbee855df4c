/**
 * Bad options, sources and displays, as a table: the line that a program says, and how it ends. What
 * guests do to a host that goes on stands in bad_guests_test.ts.
 */

import "../support/bridge.ts";
import { type EndingRow, pathIn, testEndings, withFile } from "./ending_rows.ts";

testEndings("options, sources and displays", [
  // ── Options ──
  {
    what: "quality 101",
    program: "host",
    options: ["--quality=101"],
    line: '--quality must be an integer from 0 to 100, not "101"',
    code: 2,
  },
  {
    what: "port 70000",
    program: "host",
    options: ["--port=70000"],
    line: '--port must be an integer from 0 to 65535, not "70000"',
    code: 2,
  },
  {
    what: "port 70000",
    program: "guest",
    options: ["--port=70000"],
    line: '--port must be an integer from 1 to 65535, not "70000"',
    code: 2,
  },
  {
    what: "port 70000 behind the address",
    program: "guest",
    options: ["127.0.0.1:70000"],
    line: 'the port in "127.0.0.1:70000" must be an integer from 1 to 65535, not "70000"',
    code: 2,
  },
  {
    what: "an unknown option",
    program: "host",
    options: ["--qualty=80"],
    line: "unknown option --qualty; did you mean --quality?",
    code: 2,
  },
  {
    what: "an option of the other program",
    program: "guest",
    options: ["--source=test"],
    line: "--source is an option of host and demo, not of guest",
    code: 2,
  },

  // ── Sources ──
  ...(["host", "demo"] as const).flatMap((program): EndingRow[] => [
    {
      what: "a file that is not there",
      program,
      options: ["--source=missing.mp4"],
      line: "Cannot open video file missing.mp4: there is no such file; " +
        "a camera is named by its index, as in --source 0",
      code: 1,
    },
    {
      what: "a zero-byte file",
      program,
      options: ({ folder }) => withFile(folder, "empty.mp4", ""),
      line: ([source]) => `Cannot open video file ${pathIn(source)}: it is empty`,
      code: 1,
    },
    {
      what: "a text file",
      program,
      options: ({ folder }) => withFile(folder, "notes.mp4", "no video\n".repeat(1000)),
      line: ([source]) => `Cannot open ${pathIn(source)}: OpenCV finds no video in it`,
      code: 1,
    },
    {
      what: "a directory",
      program,
      options: ({ folder }) => [`--source=${folder.path}/`],
      line: ([source]) => `Cannot open video file ${pathIn(source)}: it is a directory`,
      code: 1,
    },
    {
      what: "a camera that is not there",
      program,
      options: ["--source=97"],
      line: /^Cannot find camera 97: /,
      code: 1,
    },
    {
      what: "a device that is not there",
      program,
      options: ["--source=/dev/video97"],
      line: /^Cannot find camera \/dev\/video97: /,
      code: 1,
    },
    {
      what: "a camera's name that no camera has",
      program,
      options: ["--source=no such camera"],
      line: /^Cannot find camera no such camera: /,
      code: 1,
    },
  ]),

  // ── Windows ──
  {
    what: "no display, and a preview is wanted",
    program: "host",
    options: ["--source=test", "--port=0", "--preview"],
    line: "Cannot open a window: there is no display (DISPLAY is not set); " +
      "set DISPLAY, or use --no-window (guest) or --no-preview (host)",
    code: 1,
  },
  {
    what: "no display",
    program: "guest",
    options: ["127.0.0.1"],
    line: "Cannot open a window: there is no display (DISPLAY is not set); " +
      "set DISPLAY, or use --no-window (guest) or --no-preview (host)",
    code: 1,
  },
  {
    what: "no display",
    program: "demo",
    options: ["--source=test"],
    line: "Cannot open a window: there is no display (DISPLAY is not set); " +
      "set DISPLAY, or use --no-window (guest) or --no-preview (host)",
    code: 1,
  },
]);
