import assert from "node:assert/strict";
import { testUnless } from "../support/test_unless.ts";
import { BridgeCopy } from "./bridge_copy.ts";

/** A folder that looks as if OpenCV's headers were in it, for a compiler that reads none. */
async function makeHeaders(
  copy: BridgeCopy,
  { version = "4.6.0", without = "" }: { version?: string; without?: string } = {},
): Promise<string> {
  const folder = `${copy.folder}/include-${version}-${without}`;
  await Deno.mkdir(`${folder}/opencv2/core`, { recursive: true });
  const [major, minor, revision] = version.split(".");
  await Deno.writeTextFile(
    `${folder}/opencv2/core/version.hpp`,
    `#define CV_VERSION_MAJOR    ${major}
#define CV_VERSION_MINOR    ${minor}
#define CV_VERSION_REVISION ${revision}
`,
  );
  for (const name of ["videoio.hpp", "imgcodecs.hpp", "imgproc.hpp"]) {
    if (name !== without) await Deno.writeTextFile(`${folder}/opencv2/${name}`, "");
  }
  return folder;
}

async function built(result: Promise<{ stdout: string; stderr: string }>) {
  const { stdout, stderr } = await result;
  assert.match(stdout, /^\{/, stdout + stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
}

Deno.test("buildBridge() compiles each library once, and again only for a reason", async () => {
  await using copy = await BridgeCopy.make();
  const all = ["capture", "core", "system", "window"];
  const append = (name: string) => () =>
    Deno.writeTextFile(`${copy.folder}/lib/opencv/native/${name}`, "//", { append: true });
  const fingerprints = `${copy.buildFolder}/fingerprints.json`;
  const reasons: [string, compiled: string[], () => Promise<unknown>][] = [
    ["nothing is there", all, () => Promise.resolve()],
    ["a source of one changed", ["core"], append("mat.cpp")],
    ["a source of two changed", ["capture", "core"], append("jpeg_encoder.cpp")],
    ["a header changed", all, append("bridge.h")],
    [
      "a library is gone",
      ["window"],
      () => Deno.remove(`${copy.buildFolder}/libcapturevideo_window.so`),
    ],
    ["the fingerprints are gone", all, () => Deno.remove(fingerprints)],
    ["the fingerprints are damaged", all, () => Deno.writeTextFile(fingerprints, '{"core":')],
    ["the compiler is another", all, async () => {
      await copy.replaceCompiler(`${await Deno.readTextFile(copy.compiler)}# newer\n`);
    }],
  ];
  let calls = 0;
  for (const [reason, compiled, change] of reasons) {
    await change();
    assert.equal((await built(copy.build()))["built"], true, reason);
    const made = (await copy.calls()).slice(calls).map((call) =>
      /libcapturevideo_(\w+)\.so/.exec(call)?.[1]
    );
    assert.deepEqual(made.toSorted(), compiled, reason);
    calls += compiled.length;
    assert.equal((await built(copy.build()))["built"], false, `${reason}, the second time`);
    assert.equal((await copy.calls()).length, calls, reason);
  }
  const names = [...Deno.readDirSync(copy.buildFolder)].map(({ name }) => name).toSorted();
  assert.deepEqual(names, [
    "fingerprints.json",
    ...all.map((name) => `libcapturevideo_${name}.so`),
  ]);
});

testUnless(
  Deno.uid() === 0 ? undefined : "it needs root",
  "buildBridge() by root leaves the folder to whom the sources belong",
  async () => {
    await using copy = await BridgeCopy.make();
    const user = 12_345;
    await Deno.chown(`${copy.folder}/lib/opencv/native`, user, user);
    await built(copy.build());
    const { uid, gid } = await Deno.stat(copy.buildFolder);
    assert.deepEqual([uid, gid], [user, user]);
  },
);

Deno.test("buildBridge() compiles again when OpenCV's version changes", async () => {
  await using copy = await BridgeCopy.make();
  for (const version of ["4.6.0", "4.10.0"]) {
    const options = JSON.stringify({ headerFolders: [await makeHeaders(copy, { version })] });
    const result = await built(copy.build(options));
    assert.deepEqual([result["built"], result["openCvVersion"]], [true, version]);
    assert.equal((await built(copy.build(options)))["built"], false);
  }
});

Deno.test("buildBridge() leaves out what it has no headers for, adds it later, and keeps no library of before", async () => {
  await using copy = await BridgeCopy.make();
  const names = () =>
    [...Deno.readDirSync(copy.buildFolder)].map(({ name }) => name)
      .filter((name) => name.endsWith(".so")).toSorted();
  const [capture, core, system, window] = ["capture", "core", "system", "window"]
    .map((name) => `libcapturevideo_${name}.so`);
  await Deno.mkdir(copy.buildFolder);
  await Deno.writeTextFile(`${copy.buildFolder}/libcapturevideo_former.so`, "");
  const folders: [string[], number][] = [
    [[await makeHeaders(copy, { without: "videoio.hpp" })], 3],
    [[await makeHeaders(copy)], 4],
  ];
  for (const [headerFolders, calls] of folders) {
    const options = JSON.stringify({ headerFolders });
    const { built: isBuilt, captures, windows } = await built(copy.build(options));
    assert.deepEqual([isBuilt, captures, windows], [true, calls === 4, "x11"]);
    assert.deepEqual(names(), [...calls === 4 ? [capture] : [], core, system, window]);
    assert.equal((await built(copy.build(options)))["built"], false);
  }
  const [headerFolders] = folders.at(-1)!;
  const options = `{ headerFolders: ${JSON.stringify(headerFolders)},
    instead: { windows: undefined, captures: false } }`;
  assert.equal((await built(copy.build(options)))["built"], true);
  assert.deepEqual(names(), [core, system]);
  assert.equal((await built(copy.build(options)))["built"], false);
});

Deno.test("buildBridge() may run several times at once", async () => {
  await using copy = await BridgeCopy.make();
  const results = await Promise.all([1, 2, 3].map(() => built(copy.build())));
  assert.ok(results.some((result) => result["built"]));
  assert.equal((await built(copy.build()))["built"], false);
});

Deno.test("buildBridge() says what is missing, and what to install", async () => {
  await using copy = await BridgeCopy.make();
  const headers = await makeHeaders(copy, { without: "imgproc.hpp" });
  const cases: [string, options: string, env: Record<string, string>][] = [
    ["there is no C++ compiler (g++)", "{}", { PATH: "/nonexistent", CXX: "" }],
    ["there is no C++ compiler icc (CXX)", "{}", { CXX: "icc" }],
    ["there is no C++ compiler /no/g++ (CXX)", "{}", { CXX: "/no/g++" }],
    [
      "OpenCV's headers are not installed",
      `{ headerFolders: ["/nonexistent"] }`,
      { CXX: copy.compiler, PKG_CONFIG_LIBDIR: "/nonexistent" },
    ],
    [
      "OpenCV's header imgproc.hpp is not installed",
      JSON.stringify({ headerFolders: [headers] }),
      { CXX: copy.compiler },
    ],
  ];
  for (const [words, options, env] of cases) {
    assert.equal(
      (await copy.build(options, env)).stdout,
      `bridge-unavailable Cannot build the OpenCV bridge: ${words}; try: apt install g++ ` +
        "libopencv-videoio-dev libturbojpeg0-dev libjpeg-dev libxext-dev\n",
    );
  }
});

Deno.test("buildBridge() passes on why the compiler failed, and leaves nothing behind", async () => {
  await using copy = await BridgeCopy.make();
  await copy.replaceCompiler(`#!/bin/sh
    echo 'In file included from mat.cpp:2:' >&2
    echo 'bridge.h:10:10: fatal error: opencv2/core.hpp: No such file or directory' >&2
    exit 1`);
  const { stdout } = await copy.build();
  assert.equal(
    stdout,
    `bridge-unavailable Cannot build the OpenCV bridge: ${copy.compiler} says: ` +
      "bridge.h:10:10: fatal error: opencv2/core.hpp: No such file or directory\n",
  );
  assert.deepEqual([...Deno.readDirSync(copy.buildFolder)], []);
});

Deno.test("build_main.ts says on stderr what it does, and with --quiet only that", async () => {
  await using copy = await BridgeCopy.make();
  const main = (...args: string[]) =>
    copy.run(
      `import { main } from "${copy.url("lib/opencv/build_main.ts")}";
      Deno.exitCode = await main(${JSON.stringify(args)});`,
      { CXX: copy.compiler },
    );
  const { code, stdout, stderr } = await main("--quiet");
  assert.deepEqual([code, stdout], [0, ""]);
  assert.match(
    stderr,
    /^Building the bridge to OpenCV \S+ with cameras and windows \.\.\.\nBuilt the bridge in [\d.]+ s\n$/,
  );
  assert.deepEqual(await main("--quiet"), { code: 0, stdout: "", stderr: "" });
  assert.match((await main()).stderr, /^The bridge to OpenCV \S+ with .+ is up to date\n$/);
  assert.deepEqual(await main("--fast"), {
    code: 2,
    stdout: "",
    stderr: "Cannot use --fast: the options of the build are --quiet and --try\n",
  });
  const lacking = await copy.run(
    `import { main } from "${copy.url("lib/opencv/build_main.ts")}";
    Deno.exitCode = await main(["--try"]);`,
    { CXX: "/no/g++" },
  );
  assert.deepEqual(lacking, { code: 0, stdout: "", stderr: "" });
  await Deno.remove(copy.buildFolder, { recursive: true });
  await Deno.writeTextFile(copy.buildFolder, "in the way");
  const obstructed = await main("--quiet");
  assert.equal(obstructed.code, 1);
  assert.match(
    obstructed.stderr,
    /^Cannot build the OpenCV bridge: a part of the path is not a directory \(.+\/\.build\)$/m,
  );
  assert.doesNotMatch(obstructed.stderr, /^ +at /m);
  await Deno.remove(copy.buildFolder);
  await copy.replaceCompiler("#!/bin/sh\necho 'error: no' >&2\nexit 1\n");
  const failed = await main("--try");
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /\nCannot build the OpenCV bridge: .+ says: error: no\nerror: no\n$/);
});
