import assert from "node:assert/strict";
import { moduleUrl, runScript } from "../support/script.ts";
import { BridgeCopy } from "./bridge_copy.ts";

const BUILT = new URL("../../lib/opencv/.build", import.meta.url).pathname;

Deno.test("a bridge that was not built says how to build it", async () => {
  await using copy = await BridgeCopy.make();
  const { stdout } = await copy.run(
    `import { openCvVersion } from "${copy.url("lib/opencv/mod.ts")}";
    try { openCvVersion(); } catch (error) { console.log(error.code, error.message); }`,
  );
  assert.match(
    stdout,
    /^bridge-unavailable Cannot load the OpenCV bridge: .*libcapturevideo_system\.so.*; run "deno task build"\n$/,
  );
});

Deno.test("a bridge that is no library is to be deleted", async () => {
  await using copy = await BridgeCopy.make();
  await Deno.mkdir(copy.buildFolder);
  await Deno.writeTextFile(`${copy.buildFolder}/libcapturevideo_system.so`, "x".repeat(1000));
  const { stdout } = await copy.run(
    `import { openCvVersion } from "${copy.url("lib/opencv/mod.ts")}";
    try { openCvVersion(); } catch (error) { console.log(error.code, error.message); }`,
  );
  assert.match(stdout, /; delete lib\/opencv\/\.build and run "deno task build"\n$/);
});

Deno.test("a bridge of another version is not used", async () => {
  await using copy = await BridgeCopy.make();
  await Deno.mkdir(copy.buildFolder);
  await Deno.copyFile(
    new URL("../../lib/opencv/.build/libcapturevideo_system.so", import.meta.url),
    `${copy.buildFolder}/libcapturevideo_system.so`,
  );
  const symbols = `${copy.folder}/lib/opencv/symbols.ts`;
  const text = await Deno.readTextFile(symbols);
  await Deno.writeTextFile(symbols, text.replace(/ABI_VERSION = \d+/, "ABI_VERSION = 999"));
  const { stdout } = await copy.run(
    `import { openCvVersion } from "${copy.url("lib/opencv/mod.ts")}";
    try { openCvVersion(); } catch (error) { console.log(error.code, error.message); }`,
  );
  assert.match(
    stdout,
    /^bridge-unavailable Cannot use the OpenCV bridge: it has version \d+ and not 999; run "deno task build"\n$/,
  );
});

Deno.test("needOpenCv() tells cameras that were not built from what pictures take", async () => {
  await using copy = await BridgeCopy.make();
  await Deno.mkdir(copy.buildFolder);
  for (const name of ["system", "core"]) {
    const library = `libcapturevideo_${name}.so`;
    await Deno.copyFile(`${BUILT}/${library}`, `${copy.buildFolder}/${library}`);
  }
  const { stdout } = await copy.run(
    `import { Mat, needOpenCv, VideoCapture } from "${copy.url("lib/opencv/mod.ts")}";
    needOpenCv("decode pictures");
    console.log(new Mat(2, 3).cols);
    for (const use of [() => needOpenCv("open 0", "capture"), () => VideoCapture.open(0)]) {
      try { await use(); } catch (error) { console.log(error.code, error.message); }
    }`,
  );
  const why = '\\S+libcapturevideo_capture\\.so: .*; run "deno task setup", then try again';
  assert.match(
    stdout,
    new RegExp(
      `^3\nbridge-unavailable Cannot open 0 without the OpenCV bridge: ${why}\n` +
        `bridge-unavailable Cannot load the OpenCV bridge: ${why}\n$`,
    ),
  );
});

Deno.test("needOpenCv() says what it is needed for, and that it stays away once it did not load", async () => {
  await using copy = await BridgeCopy.make();
  const { stdout } = await copy.run(
    `import { needOpenCv, openCvIsThere, monotonicMicros } from "${copy.url("lib/opencv/mod.ts")}";
    const before = monotonicMicros();
    const words = () => {
      try { needOpenCv("decode pictures"); } catch (error) { return error.code + " " + error.message; }
    };
    console.log(words(), openCvIsThere());
    await Deno.mkdir("${copy.buildFolder}");
    const library = "libcapturevideo_core.so";
    await Deno.writeFile("${copy.buildFolder}/" + library, await Deno.readFile("${BUILT}/" + library));
    console.log(words(), monotonicMicros() >= before);`,
  );
  const line = "bridge-unavailable Cannot decode pictures without the OpenCV bridge: " +
    '\\S+libcapturevideo_system\\.so: .*; run "deno task build"';
  assert.match(stdout, new RegExp(`^${line} false\\n${line} true\\n$`));
});

Deno.test("a Mat and codecs that are never used take no bridge", async () => {
  await using copy = await BridgeCopy.make();
  const { code, stdout, stderr } = await copy.run(
    `import { JpegDecoder, JpegEncoder, Mat } from "${copy.url("lib/opencv/mod.ts")}";
    const unused = [new JpegDecoder(), new JpegEncoder()];
    const mat = new Mat();
    mat.release();
    for (const codec of unused) await codec.close();
    try { new Mat().rows; } catch (error) { console.log(error.code); }`,
  );
  assert.deepEqual([code, stdout, stderr], [0, "bridge-unavailable\n", ""]);
});

Deno.test("importing the bridge loads nothing and needs no permission", async () => {
  const { code, stderr } = await runScript(
    `import { Mat } from "${moduleUrl("lib/opencv/mod.ts")}"; console.assert(Mat);`,
    { permissions: [] },
  );
  assert.deepEqual([code, stderr], [0, ""]);
});
