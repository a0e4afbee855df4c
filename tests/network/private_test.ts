/** A private host between computers: who sees what, and what each of the others is told. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { identityPath, loadIdentity } from "../../lib/privacy/identity.ts";
import { Program } from "../support/programs.ts";
import { sideBySide } from "../support/side_by_side.ts";
import { until } from "../support/until.ts";
import { CAMERA_NAME, type Peer, PrivateStage } from "./private_stage.ts";
import { networkTest } from "./requirements.ts";

const OTHER_KEY = "0123-4567-89AB-CDEF";
/** How a JPEG of the host's begins: the marker SOI, and the next one's first byte. */
const JPEG_BEGINNING = Uint8Array.of(0xff, 0xd8, 0xff);

/** What of the picture and its protection can be read there. */
async function readable(peer: Peer, key: string): Promise<Record<string, number>> {
  return {
    jpegs: await peer.count(JPEG_BEGINNING),
    camera: await peer.count(CAMERA_NAME),
    protocol: await peer.count("CV\x01\x03"),
    key: await peer.count(key) + await peer.count(key.replaceAll("-", "")),
  };
}

networkTest("on the wire of a private host are 300 frames, and nothing of them", async () => {
  await using stage = await PrivateStage.set();
  const key = await stage.key();
  const wire = await stage.peer("wire", "link1");
  const host = stage.host(["--share", "--port=0"]);
  const port = await host.port();
  // The camera's name is known when the second one comes.
  for (const frames of [20, 300]) {
    const options = [stage.at(port), `--frames=${frames}`];
    const guest = stage.guest(options, { CAPTUREVIDEO_KEY: key });
    assert.equal((await guest.ending()).code, 0, guest.words.join("\n"));
  }
  // What a frame has at least, encrypted or not.
  await until("the frames on the wire", () => wire.size > 300 * 2_000);
  const seen = await readable(wire, key);
  // A few bytes may be any by chance: three in 10 MB of random ones, less than once.
  assert.ok(seen["jpegs"]! <= 10, `${seen["jpegs"]} JPEGs`);
  assert.deepEqual({ ...seen, jpegs: 0 }, { jpegs: 0, camera: 0, protocol: 0, key: 0 });
  const said = host.words.join("\n");
  assert.match(
    said,
    new RegExp(`on the other computer: deno task guest \\S+$`, "m"),
  );
  assert.match(said, new RegExp(`or: deno task guest ${stage.link.hostAddress}:${port}$`, "m"));
  assert.match(said, new RegExp(`asks once for the key: ${key}$`, "m"));
});

networkTest("on the wire of an open host everything can be read", async () => {
  await using stage = await PrivateStage.set();
  const wire = await stage.peer("wire", "link1");
  const host = stage.host(["--share", "--open", "--port=0"]);
  await host.line(/warning: open: everyone who reaches that port, or listens to the network, sees/);
  // The camera's name is known when the second one comes.
  for (const frames of [20, 80]) {
    const guest = stage.guest([stage.at(await host.port()), "--open", `--frames=${frames}`]);
    assert.equal((await guest.ending()).code, 0, guest.words.join("\n"));
  }
  await until("the JPEGs on the wire", async () => (await wire.count(JPEG_BEGINNING)) >= 100);
  const seen = await readable(wire, OTHER_KEY);
  assert.ok(seen["camera"]! >= 1 && seen["protocol"]! >= 100, JSON.stringify(seen));
});

networkTest("a man in the middle with a certificate of his own learns nothing", async () => {
  await using stage = await PrivateStage.set();
  const key = await stage.key();
  const host = stage.host(["--share", "--port=0"]);
  const port = await host.port();
  const folder = stage.folders.guest.path;
  const own = await loadIdentity(`${folder}/middle`);
  await Deno.writeTextFile(`${folder}/cert.pem`, own.certificate);
  await Deno.writeTextFile(`${folder}/key.pem`, own.privateKey);
  const middle = await stage.peer(
    "man_in_the_middle",
    ...["6000", "127.0.0.1", `${port}`, `${folder}/cert.pem`, `${folder}/key.pem`],
  );
  const guest = stage.guest([stage.at(6000)], { CAPTUREVIDEO_KEY: key });
  const { code, words } = await guest.ending();
  assert.equal(code, 1);
  assert.equal(
    words.at(-1),
    `guest: Cannot go on: ${stage.at(6000)} does not have the key that was given; set ` +
      "CAPTUREVIDEO_KEY, or name a file with --key-file",
  );
  await host.line(/ended: Cannot go on: the other side says this guest has another key$/);
  // He was in between, and passed the proof on: NONCE, NONCE, PROOF, BYE, and no more.
  assert.deepEqual(await readable(middle, key), { jpegs: 0, camera: 0, protocol: 0, key: 0 });
  const messages = await Promise.all(
    [9, 10, 8].map((type) => middle.count(Uint8Array.of(0x43, 0x56, 1, type))),
  );
  assert.deepEqual(messages, [2, 1, 1]);
});

networkTest("each that lacks something is told what, and no picture leaves the host", async () => {
  await using stage = await PrivateStage.set();
  const wire = await stage.peer("wire", "link1");
  const host = stage.host(["--share", "--port=5000"]);
  const open = stage.host(["--share", "--open", "--port=5001"]);
  await Promise.all([host.port(), open.port()]);
  const [key, wrong] = [{ CAPTUREVIDEO_KEY: OTHER_KEY }, { CAPTUREVIDEO_KEY: "wrong" }];
  const cases: readonly [options: string[], env: Record<string, string>, code: number, RegExp][] = [
    [[stage.at(5000)], {}, 1, /5000 is private, and nobody can be asked for its key; set CAPTURE/],
    [[stage.at(5000)], key, 1, /5000 does not have the key that was given/],
    [[stage.at(5000), "--open"], {}, 1, /host says this host is private: .*; leave out --open$/],
    [[stage.at(5001)], {}, 1, /: Cannot talk privately to \S+:5001: it does not speak TLS\. If it/],
    [
      [stage.at(5001)],
      key,
      1,
      /: Cannot talk privately to \S+:5001: it does not speak TLS\. If it/,
    ],
    [[stage.at(5000)], wrong, 2, /^guest: CAPTUREVIDEO_KEY must hold a key: 16 letters and digits/],
    [[stage.at(5000), "--key-file=/no/file"], {}, 2, /^guest: Cannot read the key: there is no/],
  ];
  const endings = sideBySide(cases, ([options, env]) => stage.guest(options, env).ending());
  for (const [at, { words, code }] of (await Promise.all(endings)).entries()) {
    const [, , expected, last] = cases[at]!;
    assert.match(words.at(-1)!, last);
    assert.equal(code, expected);
  }
  await host.line(/ended: it did not speak TLS, and this host is private$/);
  await host.line(/ended: left without a proof$/);
  await host.line(/ended: Cannot go on: the other side says this guest has another key$/);
  await open.line(/ended: Cannot read message: the other side began TLS, which is spoken with/);
  assert.deepEqual(await readable(wire, await stage.key()), {
    ...{ jpegs: 0, camera: 0, protocol: 0, key: 0 },
  });
  for (const { words } of [host, open]) assert.doesNotMatch(words.join("\n"), /joined|live/);
});

networkTest(
  "guests that came with the old key are cut by --new-key, and no others come with it",
  async () => {
    await using stage = await PrivateStage.set();
    const key = await stage.key();
    const host = stage.host(["--share", "--port=0"]);
    const at = stage.at(await host.port());
    const guest = stage.guest([at], { CAPTUREVIDEO_KEY: key });
    await guest.line(/^guest: live$/);
    const printed: string[] = [];
    const { code } = await Program.run("host", ["--new-key"], {
      env: { XDG_CONFIG_HOME: stage.folders.host.path },
      onOutput: (chunk) => printed.push(new TextDecoder().decode(chunk)),
    });
    assert.equal(code, 0);
    const renewed = await stage.key();
    assert.equal(printed.join(""), `${renewed}\n`);
    assert.notEqual(renewed, key);
    assert.equal((await guest.ending()).code, 1);
    assert.match(
      guest.words.join("\n"),
      /the host says the host has a new key\n.*does not have the key/,
    );
    const late = stage.guest([at], { CAPTUREVIDEO_KEY: key });
    assert.equal((await late.ending()).code, 1);
    const next = stage.guest([at, "--frames=5"], { CAPTUREVIDEO_KEY: renewed });
    assert.equal((await next.ending()).code, 0, next.words.join("\n"));
  },
);

networkTest(
  "a certificate that has expired is renewed, and guests know the host again",
  async () => {
    await using stage = await PrivateStage.set();
    const before = await stage.identity(Date.now() - 740 * 86_400_000);
    const own = new TextEncoder().encode(JSON.stringify({
      hosts: [{ identity: before.fingerprint, key: before.key, names: ["elsewhere:65432"] }],
    }));
    await Deno.mkdir(`${stage.folders.guest.path}/capturevideo`);
    await Deno.writeFile(`${stage.folders.guest.path}/capturevideo/guest.json`, own, {
      mode: 0o600,
    });
    const host = stage.host(["--share", "--port=0"]);
    const guest = stage.guest([stage.at(await host.port()), "--frames=5"]);
    assert.equal((await guest.ending()).code, 0, guest.words.join("\n"));
    const after = await stage.identity();
    assert.notEqual(after.certificate, before.certificate);
    assert.equal(after.fingerprint, before.fingerprint);
  },
);

networkTest(
  "a host whose identity is damaged, or for all to read, says which file, and ends",
  async () => {
    await using stage = await PrivateStage.set();
    const key = await stage.key();
    const path = identityPath(`${stage.folders.host.path}/capturevideo`);
    await Deno.chmod(path, 0o644);
    for (
      const [words, change] of [
        [/others than you may read or change it/, () => Deno.writeTextFile(path, "{}")],
        [/it is damaged; put a copy of it back/, () => Deno.remove(path)],
      ] as const
    ) {
      const { code, words: said } = await stage.host(["--share", "--port=0"]).ending();
      assert.equal(code, 1);
      assert.ok(said.at(-1)!.startsWith(`host: Cannot use the host's identity in ${path}: `));
      assert.match(said.at(-1)!, words);
      await Deno.chmod(path, 0o600);
      await change();
    }
    // One that is not there is made.
    await stage.host(["--share", "--port=0"]).port();
    assert.notEqual(await stage.key(), key);
  },
);
