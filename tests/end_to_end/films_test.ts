/** Films that hosts have died of, or played too fast. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { FOUR_COLOURS, makeFilm } from "../support/films.ts";
import { makeFifo, temporaryFolder } from "../support/folder.ts";
import { numbersOf, writeNumberedVideo } from "../support/numbered_pictures.ts";
import { Program } from "../support/programs.ts";
import { JpegStreamCutter } from "../../lib/jpeg/stream.ts";

const HOST = ["--port=0", "--no-preview"];

/** Plays a source to its end: how host and guest ended, and what the guest wrote. */
async function play(
  source: string,
  options: readonly string[] = [],
): Promise<{ host: string[]; seen: Uint8Array<ArrayBuffer> }> {
  await using folder = await temporaryFolder();
  await using host = Program.start("host", [...HOST, `--source=${source}`, ...options]);
  const output = `${folder.path}/seen.mjpeg`;
  const guest = await Program.run("guest", [
    await host.address(),
    ...["--no-window", "--no-reconnect", `--output=${output}`],
  ]);
  assert.equal(guest.words.at(-1), "guest: Cannot go on: the host says the video has ended");
  const { code, words } = await host.ending();
  assert.equal(code, 0, words.join("\n"));
  return { host: words, seen: await Deno.readFile(output) };
}

/** A Motion JPEG film whose pictures are not all made alike. */
async function writeMixedFilm(
  path: string,
  parts: readonly { format: string; size: string }[],
): Promise<void> {
  await using folder = await temporaryFolder();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (const { format, size } of parts) {
    const piece = `${folder.path}/piece.mjpeg`;
    await makeFilm([
      ...["-f", "lavfi", "-i", FOUR_COLOURS, "-frames:v", "8", "-c:v", "mjpeg"],
      ...["-s", size, "-pix_fmt", format, "-f", "mjpeg", piece],
    ]);
    pieces.push(await Deno.readFile(piece));
  }
  const all = `${folder.path}/all.mjpeg`;
  await Deno.writeFile(all, await new Blob(pieces).bytes());
  await makeFilm(["-f", "mjpeg", "-framerate", "25", "-i", all, "-c", "copy", "-r", "25", path]);
}

for (
  const [what, parts] of [
    ["subsampling", [
      { format: "yuvj422p", size: "640x480" },
      { format: "yuvj420p", size: "640x480" },
      { format: "yuvj444p", size: "640x480" },
    ]],
    ["size", [
      { format: "yuvj420p", size: "640x480" },
      { format: "yuvj420p", size: "160x120" },
      { format: "yuvj420p", size: "320x240" },
    ]],
  ] as const
) {
  Deno.test(`a film whose ${what} changes in the middle is shown to its end where it is decoded`, async () => {
    await using folder = await temporaryFolder();
    for (
      const [name, option] of [
        ["mixed.avi", "--passthrough=off"],
        ["mixed.mkv", "--rotate=90"],
        ["mixed.mov", "--timestamp"],
      ] as const
    ) {
      const path = `${folder.path}/${name}`;
      await writeMixedFilm(path, parts);
      const { seen } = await play(path, [option]);
      assert.equal([...new JpegStreamCutter().push(seen)].length, 24, name);
    }
  });
}

for (
  const [what, parts] of [
    ["size", ["-s 640x480 -pix_fmt yuv420p", "-s 160x120 -pix_fmt yuv420p"]],
    ["pixel format", ["-s 640x480 -pix_fmt yuv422p", "-s 640x480 -pix_fmt yuv420p"]],
  ] as const
) {
  Deno.test(`an H.264 film whose ${what} changes in the middle is said to, and ends nobody`, async () => {
    await using folder = await temporaryFolder();
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    for (const part of parts) {
      const piece = `${folder.path}/piece.h264`;
      const made = ["-f", "lavfi", "-i", FOUR_COLOURS, "-frames:v", "12", "-c:v", "libx264"];
      await makeFilm([...made, ...part.split(" "), piece]);
      pieces.push(await Deno.readFile(piece));
    }
    const path = `${folder.path}/mixed.h264`;
    await Deno.writeFile(path, await new Blob(pieces).bytes());
    await using host = Program.start("host", [...HOST, `--source=${path}`]);
    // Twelve pictures before the change, and as many when it has begun again.
    const guest = await Program.run("guest", [await host.address(), "--no-window", "--frames=20"]);
    assert.equal(guest.code, 0, guest.words.join("\n"));
    const lost = host.words.filter((line) => line.startsWith("host: camera lost"));
    assert.match(lost[0]!, /mixed\.h264: the size or pixel format of its pictures has changed$/);
  });
}

Deno.test("a film on a web server is played to its end, and ends the host", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/numbered.mp4`;
  await writeNumberedVideo(path, { frames: 30, fps: 15, codec: "copy" });
  const film = await Deno.readFile(path);
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    // Asked for from the middle on, as the list of pictures is at the end.
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.get("Range") ?? "")?.[1] ?? 0);
    return new Response(film.subarray(from), {
      status: 206,
      headers: {
        "Content-Range": `bytes ${from}-${film.length - 1}/${film.length}`,
        "Accept-Ranges": "bytes",
        "Content-Type": "video/mp4",
      },
    });
  });
  const { host, seen } = await play(`http://me:secret@127.0.0.1:${server.addr.port}/numbered.mp4`);
  assert.deepEqual(await numbersOf(seen), Array.from({ length: 30 }, (_, number) => number));
  assert.doesNotMatch(host.join("\n"), /secret|camera lost/);
});

Deno.test("a film on a web server that tells its length alone is a film too", async () => {
  await using folder = await temporaryFolder();
  // Without a duration in it, and without the index at its end: as it is written by a recorder.
  const path = `${folder.path}/recorded.webm`;
  const made = ["-f", "lavfi", "-i", FOUR_COLOURS, "-frames:v", "12", "-c:v", "libvpx"];
  await makeFilm([...made, "-f", "webm", "-live", "1", path]);
  const film = await Deno.readFile(path);
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    return new Response(film, { headers: { "Content-Type": "video/webm" } });
  });
  const { host, seen } = await play(`http://127.0.0.1:${server.addr.port}/recorded.webm`);
  assert.equal([...new JpegStreamCutter().push(seen)].length, 12, host.join("\n"));
  assert.doesNotMatch(host.join("\n"), /camera lost/);
});

Deno.test("a pipe is read as it is written, once somebody watches", async () => {
  await using folder = await temporaryFolder();
  const pipe = `${folder.path}/pipe.avi`;
  await makeFifo(pipe);
  const film = `${folder.path}/numbered.avi`;
  await writeNumberedVideo(film, { frames: 20, fps: 20, codec: "copy" });
  await using host = Program.start("host", [...HOST, `--source=${pipe}`]);
  const output = `${folder.path}/seen.mjpeg`;
  const watching = Program.run("guest", [
    await host.address(),
    ...["--no-window", "--frames=1", `--output=${output}`],
  ]);
  await Deno.writeFile(pipe, await Deno.readFile(film), { create: false });
  assert.equal((await watching).code, 0);
  assert.equal((await numbersOf(await Deno.readFile(output))).length, 1);
});
