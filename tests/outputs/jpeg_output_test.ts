import assert from "node:assert/strict";
import { JpegOutput } from "../../lib/outputs/jpeg_output.ts";
import { captureVideoError } from "../support/errors.ts";
import { FakeTime } from "../support/fake_time.ts";
import { makeFifo, temporaryFolder } from "../support/folder.ts";
import { moduleUrl, runScript } from "../support/script.ts";

const PICTURES = [Uint8Array.of(1, 2, 3), Uint8Array.of(4), Uint8Array.of(5, 6)];
const ALL = Uint8Array.of(1, 2, 3, 4, 5, 6);

/** Declares a test of an output into a path in a folder that is the test's own. */
function outputTest(name: string, test: (path: string) => Promise<void>): void {
  Deno.test(name, async () => {
    await using folder = await temporaryFolder();
    await test(`${folder.path}/seen.mjpeg`);
  });
}

/** The same with a FIFO at that path, where there are any. */
function fifoTest(name: string, test: (path: string) => Promise<void>): void {
  Deno.test({
    name,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      await using folder = await temporaryFolder();
      const path = `${folder.path}/fifo`;
      await makeFifo(path);
      await test(path);
    },
  });
}

outputTest("JpegOutput puts the bytes into the file, one JPEG after another", async (path) => {
  const output = new JpegOutput(path);
  await output.open();
  for (const jpeg of PICTURES) output.offer({ jpeg });
  await output.close();
  assert.deepEqual(await Deno.readFile(path), ALL);
  assert.equal(output.omitted, 0);
});

Deno.test("JpegOutput without a target writes nothing anywhere", async () => {
  // In a process of its own: without a permission there is no file that it could make.
  const code = `
    import { JpegOutput } from "${moduleUrl("lib/outputs/jpeg_output.ts")}";
    const output = new JpegOutput(undefined, { onOmitted: console.error });
    await output.open();
    output.offer({ jpeg: Uint8Array.of(65, 66, 67) });
    await output.close();
    console.log(output.omitted);`;
  assert.deepEqual(await runScript(code, { permissions: [] }), {
    code: 0,
    stdout: "0\n",
    stderr: "",
  });
});

outputTest("JpegOutput replaces a file only where it may", async (path) => {
  await Deno.writeTextFile(path, "what was there before, and is longer than what comes");
  await assert.rejects(
    new JpegOutput(path).open(),
    captureVideoError("output", /^Cannot write \S+: it exists already; --overwrite replaces it$/),
  );
  assert.match(await Deno.readTextFile(path), /^what was there/);
  const output = new JpegOutput(path, { overwrite: true });
  await output.open();
  output.offer({ jpeg: PICTURES[0]! });
  await output.close();
  assert.deepEqual(await Deno.readFile(path), PICTURES[0]);
});

Deno.test("JpegOutput.open() says why the file cannot be made", async () => {
  await using folder = await temporaryFolder();
  await assert.rejects(
    new JpegOutput(`${folder.path}/no/such/file`).open(),
    captureVideoError("output", /^Cannot write \S+: there is no such file or directory$/),
  );
  for (const overwrite of [false, true]) {
    await assert.rejects(
      new JpegOutput(folder.path, { overwrite }).open(),
      captureVideoError("output", /^Cannot write \S+: it is a directory$/),
    );
  }
});

fifoTest(
  "JpegOutput writes into a FIFO once somebody reads it, and waits for nobody",
  async (path) => {
    const output = new JpegOutput(path);
    await output.open();
    for (const jpeg of PICTURES) output.offer({ jpeg });
    const read = Deno.readFile(path);
    await output.close();
    assert.deepEqual(await read, ALL);
  },
);

fifoTest("JpegOutput.offer() fails when the FIFO's reader is gone", async (path) => {
  const output = new JpegOutput(path);
  const reader = Deno.open(path);
  await output.open();
  (await reader).close();
  output.offer({ jpeg: PICTURES[0]! });
  await assert.rejects(
    output.close(),
    captureVideoError("output", /^Cannot write \S+: the other side does not read any more$/),
  );
  assert.throws(
    () => output.offer({ jpeg: PICTURES[0]! }),
    captureVideoError("output", /^Cannot write/),
  );
});

fifoTest(
  "JpegOutput leaves out what a FIFO's reader does not take within two seconds, and says so",
  async (path) => {
    const messages: string[] = [];
    const output = new JpegOutput(path, { onOmitted: (message) => messages.push(message) });
    {
      using time = new FakeTime();
      await output.open();
      output.offer({ jpeg: PICTURES[0]! });
      await time.advance(2000);
      output.offer({ jpeg: PICTURES[1]! });
      assert.equal(output.omitted, 0);
      await time.advance(1);
      output.offer({ jpeg: PICTURES[2]! });
      assert.equal(output.omitted, 1);
    }
    assert.deepEqual(messages, [
      `Cannot write all pictures to ${path}: 1 of 3 were left out, as they were not taken in time`,
    ]);
    const read = Deno.readFile(path);
    await output.close();
    assert.deepEqual(await read, Uint8Array.of(4, 5, 6));
  },
);

outputTest("JpegOutput keeps for a file what that takes later", async (path) => {
  const output = new JpegOutput(path);
  await output.open();
  output.offer({ jpeg: PICTURES[0]! });
  output.offer({ jpeg: PICTURES[1]! });
  {
    // A minute passes, and nothing was written yet: no promise has had its turn.
    using clock = new DisposableStack();
    const laterMs = performance.now() + 60_000;
    clock.defer(() => Reflect.deleteProperty(performance, "now"));
    Object.assign(performance, { now: () => laterMs });
    output.offer({ jpeg: PICTURES[2]! });
  }
  await output.close();
  assert.equal(output.omitted, 0);
  assert.deepEqual(await Deno.readFile(path), ALL);
});

outputTest("JpegOutput writes no picture behind one that a full disk has cut", async (path) => {
  const output = new JpegOutput(path);
  await output.open();
  const { write } = Deno.FsFile.prototype;
  using disk = new DisposableStack();
  disk.defer(() => Object.assign(Deno.FsFile.prototype, { write }));
  // It takes two bytes, has no more room, and then has again: somebody has deleted a file.
  const rooms = [2, 0];
  Object.assign(Deno.FsFile.prototype, {
    write(this: Deno.FsFile, bytes: Uint8Array): Promise<number> {
      const room = rooms.shift() ?? Infinity;
      if (room > 0) return write.call(this, bytes.subarray(0, room));
      return Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" }));
    },
  });
  for (const jpeg of PICTURES) output.offer({ jpeg });
  await assert.rejects(
    output.close(),
    captureVideoError("output", /^Cannot write \S+: there is no space left$/),
  );
  assert.deepEqual(await Deno.readFile(path), Uint8Array.of(1, 2));
  assert.equal(output.omitted, 3);
});
