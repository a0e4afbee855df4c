/** Host and guests by a real NATS server: who gets in, who sees what, and what each is told. */

import assert from "node:assert/strict";
import { connect, nkeys } from "@nats-io/transport-node";
import "../support/bridge.ts";
import { Asked, MAX_QUESTIONS_PER_SECOND } from "../../lib/nats/asked.ts";
import { messageIn } from "../../lib/nats/message.ts";
import { decodeState } from "../../lib/nats/state.ts";
import { CameraSubjects } from "../../lib/nats/subjects.ts";
import { encodeMessage } from "../../lib/protocol/messages.ts";
import { segment } from "../jpeg/support.ts";
import { concat } from "../protocol/support.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/folder.ts";
import { documentedConfig, NatsServer } from "../support/nats_server.ts";
import { numberedJpeg, numbersOf } from "../support/numbered_pictures.ts";
import { type Ending, Program } from "../support/programs.ts";
import { sideBySide } from "../support/side_by_side.ts";

const CAMERA = ["--port=0", "--no-preview", "--stats=json", "--name=studio"];
const PATTERN = [...CAMERA, "--source=test", "--width=320", "--height=240"];
const GUEST = ["--no-window", "--stats=json"];
/** The one of the documented configuration. */
const PASSWORD = "secret";

/** Asks a host what time it is, with the answer to be said in the host's own name, and then rightly. */
async function askInItsName(port: number): Promise<void> {
  const connection = await connect({ servers: `127.0.0.1:${port}` });
  const { ask, state } = new CameraSubjects("studio", "camera");
  const states: Uint8Array[] = [];
  connection.subscribe(state, { callback: (_, { data }) => void states.push(data) });
  const ping = encodeMessage({ type: "ping", t1: 1 });
  connection.publish(ask, ping, { reply: state });
  const { data } = await connection.request(ask, ping);
  assert.equal(messageIn(data, "pong").t1, 1);
  await connection.close();
  states.forEach(decodeState);
}

/** A picture in a JPEG of about so many bytes, most of which are comments. */
async function longJpeg(number: number, bytes: number): Promise<Uint8Array> {
  const jpeg = await numberedJpeg(number);
  const comment = segment(0xfe, new Uint8Array(60_000).fill(0x20));
  const comments = Array(Math.ceil(bytes / comment.length)).fill(comment);
  return concat(jpeg.subarray(0, 2), ...comments, jpeg.subarray(2));
}

Deno.test(
  "a picture that is too long for the server is left out, with the setting's name; all others reach " +
    "the guest, the camera is open while somebody watches, and whoever asks the host is answered, but " +
    "never in the host's own name",
  async () => {
    await using folder = await temporaryFolder();
    for (let number = 0; number < 10; number++) {
      const jpeg = number === 5 ? await longJpeg(number, 1_500_000) : await numberedJpeg(number);
      await Deno.writeFile(`${folder.path}/picture-${number}.jpg`, jpeg);
    }
    await using server = await NatsServer.start("listen: 127.0.0.1:-1");
    await using host = Program.start("host", [
      ...[...CAMERA, `--source=${folder.path}/picture-%d.jpg`, "--fps=20", "--loop"],
      ...["--linger=0", `--nats=${server.url}`],
    ]);
    await host.line(/^host: publishing studio\/camera by NATS, at 127\.0\.0\.1:\d+$/);
    await host.hostReport(({ camera, guests }) => camera === "idle" && guests.length === 0);
    await askInItsName(server.port);

    const chunks: Uint8Array<ArrayBuffer>[] = [];
    const [guest, early] = await Promise.all([
      Program.run("guest", [
        ...[`${server.url}/studio/camera`, ...GUEST, "--output=-", "--frames=40"],
      ], { onOutput: (chunk) => chunks.push(chunk.slice()) }),
      Program.run("guest", [`${server.url}/nobody`, ...GUEST, "--duration=0.5"]),
    ]);
    assert.equal(early.code, 0, early.words.join("\n"));
    assert.doesNotMatch(early.words.join("\n"), /cut off|publishes/);
    assert.equal(guest.code, 0, guest.words.join("\n"));
    const numbers = await numbersOf(await new Blob(chunks).bytes());
    assert.deepEqual([...new Set(numbers)].sort(), [0, 1, 2, 3, 4, 6, 7, 8, 9]);
    const { text } = await host.line(/warning: Cannot publish studio\/camera by NATS/);
    assert.match(text, /a picture has 15\d{5} bytes, .* 1048576 at a time: raise max_payload in/);
    assert.doesNotMatch(host.words.join("\n"), /is gone|bug/);
    await host.hostReport(({ camera, guests }) => camera === "idle" && guests.length === 0);
  },
);

/** Certificates: an authority's, and a server's that it has signed for 127.0.0.1; another authority's. */
async function makeCertificates(folder: TemporaryFolder): Promise<void> {
  const { generate } = await import("selfsigned");
  const options = { keyType: "ec", curve: "P-256", algorithm: "sha256" } as const;
  const basic = { name: "basicConstraints", cA: true, critical: true } as const;
  const authority = await generate([{ name: "commonName", value: "workshop" }], {
    ...options,
    extensions: [basic],
  });
  const other = await generate([{ name: "commonName", value: "other" }], {
    ...options,
    extensions: [basic],
  });
  const server = await generate([{ name: "commonName", value: "nats" }], {
    ...options,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
  });
  const files = {
    "authority.pem": authority.cert,
    "other.pem": other.cert,
    "server.pem": server.cert,
    "server-key.pem": server.private,
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${folder.path}/${name}`, text);
  }
}

Deno.test(
  "each that the server does not let in says why in one line and ends with 1, and so does a host of " +
    "a name that is taken, or not its own, which nobody notices; a reader knows the picture's age if it may ask, or " +
    "trusts the clocks",
  async () => {
    await using folder = await temporaryFolder();
    await makeCertificates(folder);
    const key = nkeys.createUser();
    const seedFile = `${folder.path}/seed`;
    await Deno.writeFile(seedFile, key.getSeed(), { mode: 0o600 });
    await using open = await NatsServer.start("listen: 127.0.0.1:-1");
    const documented = await documentedConfig("With TLS, and users who may only read");
    const server = await NatsServer.start(
      documented.replace("0.0.0.0:4222", "127.0.0.1:-1")
        .replaceAll('"server', `"${folder.path}/server`)
        .replace(
          "users: [",
          `users: [ { nkey: ${key.getPublicKey()} }
            { user: stranger, password: "${PASSWORD}",
              permissions { subscribe: ["capturevideo.desk.>"] } }`,
        ),
    );
    await using _server = server;
    const ca = `--nats-ca=${folder.path}/authority.pem`;
    const env = { CAPTUREVIDEO_NATS_PASSWORD: PASSWORD };
    await using host = Program.start("host", [
      ...[...PATTERN, `--nats=${server.url}`, "--nats-user=studio", ca],
    ], { env });
    await host.line(/^host: publishing studio\/camera by NATS/);
    const camera = `${server.url}/studio/camera`;
    // Its certificate is for another address than that of the first server.
    const cluster = `tls://127.0.0.2:1,127.0.0.1:${server.port}/studio/camera`;
    const run = (task: "host" | "guest", args: string[], environment = {}) =>
      Program.run(task, task === "host" ? [...PATTERN, ...args] : [...GUEST, ...args], {
        env: environment,
      });
    const wrong = { CAPTUREVIDEO_NATS_PASSWORD: "guessed" };
    const other = `--nats-ca=${folder.path}/other.pem`;
    const at = "the NATS server 127\\.0\\.0\\.1:\\d+";
    const cases: readonly (readonly [() => Promise<Ending>, RegExp])[] = [
      [
        () => run("guest", [camera, ca, "--nats-user=studio"], wrong),
        /does not accept this user and pass/,
      ],
      [
        () => run("host", [`--nats=${server.url}`, ca, "--nats-user=studio"], wrong),
        /does not accept this user and pass/,
      ],
      [() => run("guest", [camera, ca]), /it wants a user; give --nats-user or --nats-nkey-file$/],
      [() => run("guest", [camera, other]), /is not of the authority that --nats-ca names$/],
      [() => run("guest", [camera]), /this computer does not know; name that with --nats-ca$/],
      [
        () => run("guest", [`${open.url.replace("nats:", "tls:")}/studio/camera`]),
        /it does not speak TLS, which was asked for$/,
      ],
      [() => run("guest", [`nats://127.0.0.1:1/studio/camera`]), /the connection was refused/],
      [() => run("host", [`--nats=nats://127.0.0.1:1`]), /the connection was refused/],
    ];
    const endings = await Promise.all(sideBySide(cases, ([start]) => start()));
    for (const [index, { code, words }] of endings.entries()) {
      const [, why] = cases[index]!;
      assert.equal(code, 1, words.join("\n"));
      assert.match(words.at(-1)!, new RegExp(`: Cannot connect to ${at}: .*${why.source}`));
      assert.doesNotMatch(words.join("\n"), /bug|guessed/);
    }
    const stranger = await run("guest", [camera, ca, "--nats-user=stranger"], env);
    assert.equal(stranger.code, 1);
    assert.match(
      stranger.words.at(-1)!,
      /Cannot show studio\/camera: the NATS server does not let this user read capturevideo\.studio/,
    );

    const watch = async (options: string[], environment = {}, meanwhile = async () => {}) => {
      await using guest = Program.start("guest", [cluster, ca, ...GUEST, ...options], {
        env: environment,
      });
      await guest.line(/^guest: live$/);
      await meanwhile();
      const { ageMsP50 } = await guest.guestReport(({ receivedFps }) => receivedFps > 20);
      assert.doesNotMatch(guest.words.join("\n"), /lost|bug/);
      return { ageMsP50, words: guest.words.join("\n") };
    };
    const othersAreRefused = async () => {
      const args = [`--nats=${server.url}`, ca, "--nats-user=studio"];
      const twin = await run("host", args, env);
      const renamed = await run("host", [...args, "--name=hall"], env);
      assert.deepEqual([twin.code, renamed.code], [1, 1]);
      assert.match(twin.words.at(-1)!, /another host does; give this one another --name$/);
      assert.match(renamed.words.at(-1)!, /publish hall\/camera by NATS: the server does not let/);
    };
    const [guest, nkey, lobby, trusting] = await Promise.all([
      watch(["--nats-user=guest"], env, othersAreRefused),
      watch([`--nats-nkey-file=${seedFile}`]),
      watch(["--nats-user=lobby"], env),
      watch(["--nats-user=lobby", "--trust-wall-clock"], env),
    ]);
    for (const { ageMsP50 } of [guest, nkey, trusting]) {
      assert.ok(ageMsP50 !== null && ageMsP50 > 0 && ageMsP50 < 1000, `${ageMsP50} ms`);
    }
    assert.equal(lobby.ageMsP50, null);
    assert.match(lobby.words, /age cannot be measured: it is unknown; --trust-wall-clock takes/);
    assert.match(trusting.words, /measured: it is that by both computers' wall clocks$/m);
  },
);

Deno.test("who connects to a NATS server that says nothing is ended at once all the same", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `nats://127.0.0.1:${silent.addr.port}`;
  const programs = [
    ["guest", [`${url}/studio/camera`, ...GUEST]],
    ["host", [...PATTERN, `--nats=${url}`]],
  ] as const;
  for (const [task, args] of programs) {
    await using program = Program.start(task, args);
    using _connection = await silent.accept();
    program.signal("SIGINT");
    const { code, words } = await program.ending();
    assert.equal(code, 0, words.join("\n"));
    assert.doesNotMatch(words.join("\n"), /cut off|Cannot/);
  }
});

Deno.test("Asked takes so many questions and no more, each once, until it is renewed", async () => {
  await using server = await NatsServer.start("listen: 127.0.0.1:-1");
  const host = await connect({ servers: `127.0.0.1:${server.port}` });
  const guest = await connect({ servers: `127.0.0.1:${server.port}` });
  const subject = "capturevideo.studio.front.ask";
  let taken = 0;
  const asked = new Asked(host, subject, (message) => {
    taken++;
    message.respond();
  });
  asked.renew();
  await host.flush();
  for (let n = 0; n < 2 * MAX_QUESTIONS_PER_SECOND; n++) guest.publish(subject);
  await guest.flush();
  await assert.rejects(guest.request(subject), /no responders/);
  await host.flush();
  assert.equal(taken, MAX_QUESTIONS_PER_SECOND);

  for (let renewed = 0; renewed < 2; renewed++) {
    asked.renew();
    await host.flush();
    await guest.request(subject);
  }
  assert.equal(taken, MAX_QUESTIONS_PER_SECOND + 2);
  asked.drop();
  await host.flush();
  await assert.rejects(guest.request(subject), /no responders/);
  await Promise.all([host.close(), guest.close()]);
});
