import assert from "node:assert/strict";
import { helpOf } from "../../lib/cli/command.ts";
import { parseCommandLine } from "../../lib/cli/command_line.ts";
import { type Program, PROGRAMS } from "../../lib/cli/option.ts";
import { VERSION } from "../../lib/cli/version.ts";
import { definitionFor, optionNamesOf, spec } from "./support.ts";

function given(program: Program, ...args: string[]): Record<string, unknown> {
  const { given, problems } = parseCommandLine(spec(program), args);
  assert.deepEqual(problems, []);
  return Object.fromEntries(
    given.map(({ name, ...content }) => [name, "text" in content ? content.text : content.value]),
  );
}

function problems(program: Program, ...args: string[]): readonly string[] {
  return parseCommandLine(spec(program), args).problems;
}

Deno.test("parseCommandLine() finds nothing in nothing", () => {
  for (const program of PROGRAMS) {
    assert.deepEqual(parseCommandLine(spec(program), []), {
      given: [],
      problems: [],
      text: undefined,
    });
  }
});

Deno.test("parseCommandLine() takes values behind a space and behind =", () => {
  assert.deepEqual(given("host", "--quality", "60", "--max-guests=3"), {
    quality: "60",
    maxGuests: "3",
  });
  assert.deepEqual(given("host", "--source=a=b"), { source: ["a=b"] });
});

Deno.test("parseCommandLine() leaves values unchecked, negative and empty ones too", () => {
  assert.deepEqual(given("host", "--port", "-5", "--fps", "-.5", "--quality="), {
    port: "-5",
    fps: "-.5",
    quality: "",
  });
});

Deno.test("parseCommandLine() takes a lone dash as a value", () => {
  assert.deepEqual(given("guest", "--output", "-"), { output: "-" });
});

Deno.test("parseCommandLine() keeps the last of several values, and of on and off", () => {
  assert.deepEqual(given("host", "--port", "1", "--port", "2"), { port: "2" });
  assert.deepEqual(given("host", "--no-preview", "--preview"), { preview: true });
  assert.deepEqual(given("host", "--preview", "--no-preview"), { preview: false });
});

Deno.test("parseCommandLine() gathers a list, repeated or with commas", () => {
  assert.deepEqual(given("host", "--control", "a=1", "--control=b=2,c=3"), {
    control: ["a=1", "b=2", "c=3"],
  });
});

Deno.test("parseCommandLine() skips a leading -- and ends options at a later one", () => {
  assert.deepEqual(given("host", "--", "--port", "1"), { port: "1" });
  assert.deepEqual(given("guest", "--port", "1", "--", "--help"), {
    port: "1",
    host: "--help",
  });
});

Deno.test("parseCommandLine() sees help and version wherever they stand", () => {
  for (const args of [["-h"], ["--help"], ["--bogus", "--help"], ["--port", "1", "-h", "x"]]) {
    assert.equal(parseCommandLine(spec("host"), args).text, helpOf(spec("host")), args.join(" "));
  }
  for (const args of [["-V"], ["--version"], ["--port", "1", "--version"]]) {
    const { text } = parseCommandLine(spec("host"), args);
    assert.equal(text, `host (capturevideo) ${VERSION}`, args.join(" "));
  }
});

Deno.test("parseCommandLine() knows every option of every program", () => {
  for (const program of PROGRAMS) {
    for (const name of optionNamesOf(program)) {
      const { environmentOnly, fileOnly } = definitionFor(program, name);
      if (environmentOnly || fileOnly) continue;
      const flag = name.replaceAll(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
      const [first, ...others] = parseCommandLine(spec(program), [`--${flag}`, "1"]).given;
      const { problems } = parseCommandLine(spec(program), [`--${flag}`]);
      // Behind an option that takes no value it is the guest's address.
      assert.deepEqual([first?.name, first?.label], [name, `--${flag}`], program);
      assert.deepEqual(
        others.filter(({ name }) => name !== "host" && name !== "tiles"),
        [],
        program,
      );
      // On its own it is either on or lacks its value.
      const isOn = first !== undefined && "value" in first && first.value === true;
      const isEnough = isOn || "bare" in definitionFor(program, name);
      assert.deepEqual(problems, isEnough ? [] : [`--${flag} needs a value`], `${program} ${name}`);
    }
  }
});

Deno.test("parseCommandLine() takes a number without its value where one is meant then", () => {
  const web = (...args: string[]) =>
    parseCommandLine(spec("host"), args).given.find(({ name }) => name === "web");
  assert.deepEqual(web("--web"), { name: "web", label: "--web", value: 8080 });
  assert.deepEqual(web("--web", "--loop"), { name: "web", label: "--web", value: 8080 });
  assert.deepEqual(web("--web", "81"), { name: "web", label: "--web", text: "81" });
});

Deno.test("parseCommandLine() takes no key, which others could see", () => {
  for (const program of ["host", "guest"] as const) {
    for (const args of [["--key", "secret"], ["--key=secret"]]) {
      const { given, problems } = parseCommandLine(spec(program), args);
      assert.ok(!given.some(({ name }) => name === "key"));
      assert.equal(
        problems[0],
        "--key would show it to everybody on this computer; set CAPTUREVIDEO_KEY",
      );
      assert.doesNotMatch(problems[0], /secret/);
    }
  }
});

Deno.test("parseCommandLine() gives the guest any number of addresses, the doctor one and the others none", () => {
  const one = { host: "camera", port: "1" };
  assert.deepEqual(given("guest", "camera", "--port", "1"), one);
  assert.deepEqual(given("guest", "camera:1"), one);
  const url = "http://192.168.1.30:81/stream?a=b,c";
  assert.deepEqual(given("guest", url), { host: url });
  assert.deepEqual(given("guest", "a/b", url, "c:1"), { tiles: ["a/b", url, "c:1"] });
  assert.deepEqual(given("guest", "--all", "a"), { all: true, tiles: ["a"] });
  assert.deepEqual(given("guest", "--all"), { all: true });
  assert.deepEqual(problems("doctor", "camera", "b", "c"), [
    'unexpected argument "b": doctor takes one address',
    'unexpected argument "c": doctor takes one address',
  ]);
  assert.deepEqual(problems("host", "video.mp4"), [
    'unexpected argument "video.mp4": host takes options only',
  ]);
  assert.deepEqual(problems("demo", "-5"), ['unexpected argument "-5": demo takes options only']);
});

Deno.test("parseCommandLine() refuses what says in two ways which cameras the guest shows", () => {
  const several = (what: string) => `several cameras and ${what} exclude each other`;
  const cases: ReadonlyArray<[args: string[], ...lines: string[]]> = [
    [["a", "b", "--camera=c"], several("--camera")],
    [["a", "b", "--tiles=d"], "the addresses and --tiles exclude each other"],
    [["a", "--tiles=d"], "the addresses and --tiles exclude each other"],
    [["--all", "--host=a", "--camera=b"], several("--host"), several("--camera")],
    [["--all", "a", "--nats=n"], several("--nats")],
    [["--tiles=a", "--nats=n"], several("--nats")],
    [["a", "--nats=n"], 'the address "a" and --nats exclude each other'],
    [["--host=a", "--nats=n"], "--host and --nats exclude each other"],
    [["nats://n/studio", "--host=a"], "--host and the address exclude each other"],
  ];
  for (const [args, ...lines] of cases) {
    assert.deepEqual(problems("guest", ...args), lines, args.join(" "));
  }
  assert.deepEqual(problems("guest", "--host=a", "--camera=b", "--port=1"), []);
  assert.deepEqual(problems("guest", "--all", "a", "b"), []);
  // Where a host publishes is another matter than where it listens.
  assert.deepEqual(problems("host", "--host=a", "--nats=n"), []);
});

Deno.test("parseCommandLine() says which option lacks its value", () => {
  assert.deepEqual(problems("host", "--port"), ["--port needs a value"]);
  assert.deepEqual(problems("guest", "--output", "--stats", "json"), ["--output needs a value"]);
  assert.deepEqual(problems("host", "--control"), ["--control needs a value"]);
  assert.deepEqual(problems("host", "--control", "--control", "a=1"), ["--control needs a value"]);
  assert.deepEqual(problems("host", "--control", "a=1", "--control"), ["--control needs a value"]);
});

Deno.test("parseCommandLine() explains what it does not know", () => {
  const cases: ReadonlyArray<[Program, string, string]> = [
    ["host", "--qualty=5", "unknown option --qualty; did you mean --quality?"],
    ["host", "-quality", "unknown option -quality; did you mean --quality?"],
    ["host", "--no-previw", "unknown option --no-previw; did you mean --no-preview?"],
    ["host", "--hlep", "unknown option --hlep; did you mean --help?"],
    ["host", "--bananas", "unknown option --bananas; --help lists the options"],
    ["host", "-q", "unknown option -q; did you mean --qr?"],
    ["host", "-z", "unknown option -z; --help lists the options"],
    ["host", "--a\nb", 'unknown option "--a\\nb"; --help lists the options'],
    ["host", "--no-port", "unknown option --no-port; did you mean --port?"],
    ["host", "--no-list", "unknown option --no-list; did you mean --list?"],
    ["host", "--timeout", "--timeout is an option of guest, not of host"],
    ["demo", "--stats=json", "--stats is an option of host and guest, not of demo"],
    ["guest", "--no-preview", "--no-preview is an option of host, not of guest"],
    ["host", "--preview=false", "--preview takes no value; --no-preview turns it off"],
    ["host", "--no-preview=1", "--no-preview takes no value"],
    ["host", "--list=1", "--list takes no value"],
    ["host", "–port=5", 'unexpected argument "–port=5": an option begins with two hyphens, --'],
    ["guest", "—overlay", 'unexpected argument "—overlay": an option begins with two hyphens, --'],
    ["host", "--help=1", "--help takes no value"],
    ["guest", "--version=2", "--version takes no value"],
  ];
  for (const [program, argument, line] of cases) {
    assert.deepEqual(problems(program, argument), [line], `${program} ${argument}`);
  }
});

Deno.test("parseCommandLine() reports every problem and not what follows --", () => {
  assert.deepEqual(problems("guest", "--foo", "1", "--bar", "--port", "--", "--baz"), [
    "unknown option --foo; --help lists the options",
    "unknown option --bar; --help lists the options",
    "--port needs a value",
  ]);
});

Deno.test("parseCommandLine() takes a NATS URL for a camera on that server, where it may be one", () => {
  const url = "nats://10.0.0.7/studio/front";
  const { given, problems } = parseCommandLine(spec("guest"), [url]);
  assert.deepEqual(given, [{ name: "nats", label: "the address", text: url }]);
  assert.deepEqual(problems, []);
  assert.deepEqual(parseCommandLine(spec("guest"), [url, "--nats", url]).problems, [
    "the address and --nats exclude each other",
  ]);
  assert.match(parseCommandLine(spec("doctor"), [url]).problems[0]!, /^the address must be host,/);
  assert.deepEqual(parseCommandLine(spec("host"), ["--nats-password=secret"]).problems, [
    "--nats-password would show it to everybody on this computer; set CAPTUREVIDEO_NATS_PASSWORD",
  ]);
});
