/** The doctor on computers that have what it is to find. */

import assert from "node:assert/strict";
import { outputOf } from "../support/commands.ts";
import { Program } from "../support/programs.ts";
import { startXvfb } from "../support/xvfb.ts";
import { examine } from "./doctor_stage.ts";
import { Lan } from "./lan.ts";
import { networkTest } from "./requirements.ts";

networkTest("doctor looks at the way to a host, up to the picture", async () => {
  await using lan = await Lan.create();
  const [studio, desk] = [await lan.join(), await lan.join()];
  await using host = Program.start("host", [
    ...["--source=test", "--width=320", "--height=240", "--no-preview", "--host=::", "--open"],
    ...["--name=studio", "--port=5000"],
  ], { namespace: studio.namespace });
  await host.line(/^host: found by name/);
  await using xvfb = await startXvfb();
  const env = { DISPLAY: xvfb.display };

  const byName = await examine(desk, ["studio", "--open"], env);
  assert.deepEqual([byName.code, byName.healthy], [0, true], byName.words.join("\n"));
  assert.match(byName.about("host").what, /^studio is found, at .*10\.78\.0\.1:5000/);
  assert.match(byName.about("reach").what, / answers within \d+\.\d ms$/);
  const picture = /^(\d+\.\d) frames\/s, (\d+) ms old \(99 % under \d+\), \d+\.\d Mbit\/s$/
    .exec(byName.about("picture").what);
  assert.ok(picture, byName.about("picture").what);
  assert.ok(Number(picture[1]) > 10 && Number(picture[2]) < 1000, picture[0]);

  const [blind, wrong, nobody, sender] = await Promise.all([
    examine(desk, [`${studio.ipv4}:5000`, "--open"]),
    examine(desk, [`${studio.ipv4}:5001`], env),
    examine(desk, ["workshop"], env),
    examine(studio, ["--port=5000"]),
  ]);
  // The same by its address, where nobody could see the picture.
  assert.deepEqual([blind.code, blind.healthy], [1, false]);
  assert.equal(blind.about("display").verdict, "stop");
  assert.equal(blind.about("picture").verdict, "good");
  assert.equal(blind.words.at(-1), "doctor: Cannot show a picture: see display above");

  assert.equal(wrong.code, 1);
  assert.match(wrong.about("reach").what, /the connection was refused; nothing listens there$/);
  assert.equal(nobody.about("host").verdict, "note");
  assert.equal(nobody.about("reach").verdict, "stop");

  // On the computer that sends: the port is its host's, and others can be found.
  assert.equal(sender.about("port").what, "a host listens on 5000 already");
  assert.match(sender.about("network").what, /10\.78\.0\.1 \(eth0\)/);
  assert.match(sender.about("by name").what, /^found in the network: studio \(/);
});

networkTest("doctor sees a firewall that keeps guests or names away", async () => {
  await using lan = await Lan.create();
  const studio = await lan.join();
  const nft = (...args: string[]) =>
    outputOf("ip", ["netns", "exec", studio.namespace, "nft", ...args]);
  const open = await examine(studio, []);
  assert.equal(open.about("firewall").verdict, "good");
  await nft(
    "table inet t {\nchain in {\ntype filter hook input priority 0\ntcp dport 65432 drop\n}\n}",
  );
  const [closed, elsewhere, ordinary] = await Promise.all([
    examine(studio, []),
    examine(studio, ["--port=5000"]),
    // As Debian has it for ordinary users, which is without the folder of nft.
    examine(undefined, [], { PATH: "/usr/local/bin:/usr/bin:/bin" }),
  ]);
  assert.equal(closed.code, 1);
  const { verdict, what, type } = closed.about("firewall");
  assert.deepEqual([verdict, what], [
    "stop",
    "it drops who comes from the network to TCP port 65432",
  ]);
  assert.ok(type && type.length > 0);
  assert.equal(elsewhere.about("firewall").verdict, "good");
  assert.doesNotMatch(ordinary.about("firewall").what, /there is no program nft/);
  await nft("flush", "ruleset");
  await nft(
    "table inet t {\nchain in {\ntype filter hook input priority 0\nudp dport 5353 drop\n}\n}",
  );
  const nameless = await examine(studio, []);
  assert.equal(nameless.about("firewall").what, "it drops UDP port 5353");
  assert.equal(nameless.about("firewall").verdict, "note");
});

networkTest("doctor says what a computer lacks, in words and as JSON", async () => {
  await using lan = await Lan.create();
  const desk = await lan.join();
  await desk.unplug();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const { code } = await Program.run("doctor", [], {
    namespace: desk.namespace,
    onOutput: (chunk) => chunks.push(chunk.slice()),
  });
  const text = await new Blob(chunks).text();
  const { findings } = await examine(desk, []);
  const subjects = [
    "Deno",
    "OpenCV",
    "display",
    "network",
    "camera",
    "port",
    "firewall",
    "by name",
  ];
  for (const subject of subjects) {
    assert.ok(findings.some((finding) => finding.subject === subject), subject);
    assert.match(text, new RegExp(`^(?:good|note|stop) {2}${subject}\\b`, "m"));
  }
  assert.equal(code, findings.some(({ verdict }) => verdict === "stop") ? 1 : 0);
  assert.match(text, /^note {2}by name {3}no host answers in the network$/m);
  assert.match(text, /^ +why: {2}/m);
  assert.match(text, /^ +type: deno task /m);
});

Deno.test("doctor refuses what it does not know", async () => {
  const { code, words } = await Program.run("doctor", ["--jsn"]);
  assert.equal(code, 2);
  assert.deepEqual(words, ["doctor: unknown option --jsn; did you mean --json?"]);
});
