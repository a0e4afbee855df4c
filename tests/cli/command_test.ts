import assert from "node:assert/strict";
import { defaultOf, helpOf } from "../../lib/cli/command.ts";
import { environmentNameOf, flagOf } from "../../lib/cli/names.ts";
import { type OptionDefinition, type Program, PROGRAMS } from "../../lib/cli/option.ts";
import { OPTIONS } from "../../settings.ts";
import { definitionFor, optionNamesOf, spec } from "./support.ts";

const formatHelp = (program: Program) => helpOf(spec(program));

/** The help as one line with single spaces: line breaks depend on every word before them. */
const flowing = (text: string) => text.replaceAll(/\s+/g, " ");

/** What the entry of an option must contain. */
const FACTS: Record<string, string> = {
  source: "--source <source> Camera index (0), device path",
  width: "--width <pixels> Requested width",
  fps: "--fps <frames/s> Requested rate; a video file keeps its own (1 to 1000; default 30; " +
    "CAPTUREVIDEO_FPS)",
  format: "--format <auto|mjpg|yuyv|uyvy|nv12|nv21|yu12|yv12|rgb3|bgr3|grey> What",
  control: "(default none; CAPTUREVIDEO_CONTROL)",
  deviceTimeout: "(above 0 and at most 86400; default 3; CAPTUREVIDEO_DEVICE_TIMEOUT)",
  rotate: "--rotate <0|90|180|270> Turn the picture",
  quality: "--quality <number> JPEG quality: more is better and larger (0 to 100; default 80; " +
    "CAPTUREVIDEO_QUALITY)",
  adapt: "--[no-]adapt Send smaller pictures",
  maxGuests: "(1 to 10000; default 64; CAPTUREVIDEO_MAX_GUESTS)",
  preview: "(default where there is a display; CAPTUREVIDEO_PREVIEW)",
  timeout: "--timeout <seconds> Without a picture",
  reconnect: "(default on; CAPTUREVIDEO_RECONNECT)",
  output: "--output <file> Write the JPEGs",
  frames: "(at least 1; default no end; CAPTUREVIDEO_FRAMES)",
  list: "--list Print the cameras with their paths, formats, sizes and rates, and end --controls",
};

Deno.test("helpOf() names every option with its default and its environment variable", () => {
  for (const program of PROGRAMS) {
    const text = flowing(formatHelp(program));
    for (const name of optionNamesOf(program)) {
      const definition = definitionFor(program, name);
      if (definition.environmentOnly || definition.fileOnly) continue;
      const flag = definition.kind === "boolean" && !definition.commandLineOnly
        ? flagOf(name).replace("--", "--[no-]")
        : flagOf(name);
      const help = flowing(definition.help.replaceAll("`", ""));
      const start = text.indexOf(` ${flag} `);
      assert(start >= 0, `${program} ${flag}`);
      const entry = text.slice(start, text.indexOf(help, start) + help.length + 90);
      assert(entry.includes(help), `${program} ${flag}`);
      if (definition.commandLineOnly) continue;
      const tail = `default ${defaultOf(definition)}; ${environmentNameOf(name)})`;
      assert(entry.includes(tail), `${program} ${flag}: ${tail}`);
    }
  }
});

Deno.test("helpOf() names no option of another program", () => {
  for (const program of PROGRAMS) {
    const own = optionNamesOf(program);
    const text = formatHelp(program);
    for (const name of Object.keys(OPTIONS).filter((name) => !own.includes(name))) {
      assert(!text.includes(`  ${flagOf(name)} `), `${program} ${name}`);
      assert(!text.includes(environmentNameOf(name) + ")"), `${program} ${name}`);
    }
  }
});

Deno.test("helpOf() prints ranges, choices and units from the table", () => {
  const text = flowing(formatHelp("host") + formatHelp("guest"));
  for (const [name, fact] of Object.entries(FACTS)) assert(text.includes(fact), name);
});

Deno.test("helpOf() differs where the programs' options differ", () => {
  assert(flowing(formatHelp("host")).includes("prints it (0 to 65535; default 65432;"));
  assert(flowing(formatHelp("guest")).includes("on this computer (1 to 65535; default 65432;"));
});

Deno.test("helpOf() has no option for a key, and says where it can stand", () => {
  for (const program of ["host", "guest"] as const) {
    assert.doesNotMatch(formatHelp(program), /--key /);
    assert.match(flowing(formatHelp(program)), /CAPTUREVIDEO_KEY can hold the key itself/);
  }
});

Deno.test("helpOf() fits into 80 columns and ends without blanks", () => {
  for (const program of PROGRAMS) {
    for (const line of formatHelp(program).split("\n")) {
      assert(line.length <= 80, line);
      assert.equal(line, line.trimEnd());
    }
  }
});

Deno.test("helpOf() is in groups, each program with its own", () => {
  const headings = PROGRAMS.map((program) => formatHelp(program).match(/^[A-Z]\w+(?=:$)/gm));
  assert.deepEqual(headings, [
    [
      ...["Camera", "Picture", "Compression", "Network", "Privacy", "Web", "NATS"],
      ...["Window", "Output", "Information"],
    ],
    ["Network", "Privacy", "Web", "NATS", "Window", "Output", "Information"],
    ["Camera", "Picture", "Information"],
    ["Network", "Privacy", "Information"],
    [
      ...["Camera", "Picture", "Compression", "Network", "Privacy", "Web", "NATS"],
      ...["Window", "Output", "Service", "Information"],
    ],
  ]);
});

Deno.test("helpOf() shows a value that may be left out, and what is meant then", () => {
  assert.match(formatHelp("host"), /^ {2}--web \[8080\] /m);
});

Deno.test("helpOf() looks like this", () => {
  const lines = formatHelp("guest").split("\n");
  assert.deepEqual(lines.slice(0, 15), [
    "Usage: guest [options] [address...]",
    "",
    "Shows the picture of a host: name, host:port or [IPv6]:port, and /camera or not;",
    "or that of a network camera: its URL. Several are shown side by side.",
    "",
    "Network:",
    "  --host <address>        Address or name of the host, or URL of a network",
    "                          camera; the same as [address] (default the one that is",
    "                          found; CAPTUREVIDEO_HOST)",
    "  --port <number>         TCP port of the host; named alone, of one on this",
    "                          computer (1 to 65535; default 65432;",
    "                          CAPTUREVIDEO_PORT)",
    "  --camera <name>         Which of the host's cameras to show; the same as",
    "                          behind the slash in [address], as in studio/desk",
    "                          (default the first one; CAPTUREVIDEO_CAMERA)",
  ]);
  assert.deepEqual(lines.slice(-12), [
    "Information:",
    "  --list                  Print the cameras of the host, and end",
    "  --find                  Print the hosts that are found by name, and end",
    "  --json                  Print what is found as JSON; of the guest, with --find",
    "                          or --list",
    "  -h, --help              Print this text, and end",
    "  -V, --version           Print the version, and end",
    "",
    "The name in capitals is the option's environment variable. capturevideo.json in",
    'the working directory sets options too, as in { "maxGuests": 64 } for',
    "--max-guests 64. The command line wins over the environment, the environment",
    "over the file, the file over the default.",
  ]);
});

Deno.test("defaultOf() puts every kind of default into words", () => {
  const common = { help: "", group: "Output", programs: ["host"] } as const;
  const list = { ...common, kind: "list", value: "", form: { pattern: /./, says: "" } } as const;
  const cases: ReadonlyArray<[OptionDefinition, string]> = [
    [{ ...common, kind: "boolean", default: true }, "on"],
    [{ ...common, kind: "boolean", default: false }, "off"],
    [{ ...common, kind: "boolean", default: undefined, defaultText: "it depends" }, "it depends"],
    [{ ...common, kind: "boolean", default: undefined }, "none"],
    [{ ...common, kind: "integer", default: 0, min: 0 }, "0"],
    [{ ...common, kind: "number", default: 0.5, min: 0, max: 1 }, "0.5"],
    [{ ...common, kind: "choice", choices: ["a"], default: "a" }, "a"],
    [{ ...list, default: [] }, "none"],
    [{ ...list, default: ["a", "b"] }, "a and b"],
  ];
  for (const [definition, text] of cases) assert.equal(defaultOf(definition), text);
});
