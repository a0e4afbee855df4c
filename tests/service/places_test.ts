import assert from "node:assert/strict";
import { filmsAmong, hiddenAmong, placesFor } from "../../lib/service/places.ts";

Deno.test("placesFor() follows the environment as systemd and Deno do", () => {
  const read = (variables: Record<string, string>) => (name: string) => variables[name];
  const home = read({ HOME: "/home/anna" });
  assert.deepEqual(placesFor(false, home), {
    unitFolder: "/etc/systemd/system",
    secretsFile: "/etc/capturevideo/host.env",
    denoFolder: "/home/anna/.cache/deno",
  });
  assert.deepEqual(placesFor(true, home), {
    unitFolder: "/home/anna/.config/systemd/user",
    secretsFile: "/home/anna/.config/capturevideo/host.env",
    denoFolder: "/home/anna/.cache/deno",
  });
  const elsewhere = { XDG_CONFIG_HOME: "/c", XDG_CACHE_HOME: "/d", HOME: "/home/anna" };
  const { unitFolder, denoFolder } = placesFor(true, read(elsewhere));
  assert.deepEqual([unitFolder, denoFolder], ["/c/systemd/user", "/d/deno"]);
  assert.equal(placesFor(true, read({ ...elsewhere, DENO_DIR: "/e" })).denoFolder, "/e");
});

Deno.test("filmsAmong() finds what a host reads from the disk", () => {
  const sources = ["0", "test", "rtsp://door.local/a.mp4", "clip.mp4", "/srv/film/img_%03d.png"];
  assert.deepEqual(filmsAmong(sources, "/srv/capturevideo"), [
    "/srv/capturevideo/clip.mp4",
    "/srv/film",
  ]);
});

Deno.test("hiddenAmong() finds what a service would not see, each folder once", () => {
  const paths = [
    ...["/home/anna/capturevideo", "/home/anna/capturevideo/clip.mp4", "/home/anna/clip.mp4"],
    ...["/srv/film.mp4", "/tmp/film.mp4", "/rooted/film.mp4", "/root/.cache/deno", "/home/anna"],
    "/root/.cache/deno",
  ];
  assert.deepEqual(hiddenAmong(paths), ["/tmp/film.mp4", "/root/.cache/deno", "/home/anna"]);
});
