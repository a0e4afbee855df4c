import assert from "node:assert/strict";
import { isDisconnect } from "../../lib/flow/byte_connection.ts";
import { SharedTurn } from "../../lib/flow/shared_turn.ts";
import type { KeyTerminal } from "../../lib/privacy/ask_key.ts";
import { GuestPrivacy, type GuestPrivacyOptions } from "../../lib/privacy/guest_privacy.ts";
import { HostPrivacy } from "../../lib/privacy/host_privacy.ts";
import { renewKey } from "../../lib/privacy/identity.ts";
import { shownKey } from "../../lib/privacy/key.ts";
import { RememberedKeys } from "../../lib/privacy/remembered_keys.ts";
import { makeDeadLink } from "../support/folder.ts";
import { TlsStage } from "./tls_stage.ts";

const OTHER_KEY = "0123456789ABCDEF";
/** An address that is not this computer's own, as far as anybody can tell from it. */
const HOSTNAME = "studio.local";

/** A terminal at which certain lines are typed; without any it is none. */
class ScriptedTerminal implements KeyTerminal {
  readonly lines: string[];
  isRaw = false;

  constructor(lines: readonly string[]) {
    this.lines = [...lines];
  }

  isTerminal(): boolean {
    return this.lines.length > 0;
  }

  setRaw(raw: boolean): void {
    this.isRaw = raw;
  }

  read(into: Uint8Array): Promise<number | null> {
    assert.ok(this.isRaw, "what is typed would be shown");
    const line = this.lines.shift();
    if (line === undefined) return Promise.resolve(null);
    return Promise.resolve(new TextEncoder().encodeInto(line, into).written);
  }
}

/** A private host, and guests that know it by a name. */
class Stage extends AsyncDisposableStack {
  readonly tls: TlsStage;
  readonly said: string[] = [];
  readonly remembered: RememberedKeys;
  readonly #host: HostPrivacy;
  readonly #serving: Promise<void>;

  private constructor(tls: TlsStage) {
    super();
    this.tls = this.use(tls);
    this.remembered = new RememberedKeys(() => tls.folder.path);
    const { identity, folder } = tls;
    this.#host = new HostPrivacy({ identity, folder: folder.path, now: () => 0 });
    this.#serving = this.#serve();
  }

  static async set(): Promise<Stage> {
    return new Stage(await TlsStage.set());
  }

  /** A guest; typed is what its user types, a line at a time. */
  guest(options: Partial<GuestPrivacyOptions> = {}, typed: readonly string[] = []) {
    const terminal = new ScriptedTerminal(typed.map((line) => `${line}\r`));
    const { remembered } = this;
    const privacy = new GuestPrivacy({
      hostname: HOSTNAME,
      port: 65432,
      key: undefined,
      open: false,
      remembered,
      say: (line) => void this.said.push(line),
      terminal,
      ...options,
    }, () => Deno.connect(this.tls.to));
    return { terminal, privacy };
  }

  /** Connects, and closes again. */
  async connects(options: Partial<GuestPrivacyOptions> = {}, typed: readonly string[] = []) {
    const connection = await this.guest(options, typed).privacy.dial(new AbortController().signal);
    connection.close();
  }

  /** Gives the host a new key. */
  async renewKey(): Promise<string> {
    const { key } = await renewKey(this.tls.folder.path);
    await this.#host.refresh();
    return key;
  }

  async #serve(): Promise<void> {
    for (;;) {
      try {
        const connection = await this.tls.listener.accept();
        this.tls.keep(connection);
        this.#host.admit(connection, "a").catch((error) => assert.ok(isDisconnect(error), error));
      } catch (error) {
        if (!(error instanceof Deno.errors.BadResource)) throw error;
        return;
      }
    }
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    await this.#serving;
  }
}

Deno.test("GuestPrivacy asks once, remembers, and knows the host by another name as well", async () => {
  await using stage = await Stage.set();
  const { key } = stage.tls.identity;
  const { terminal, privacy } = stage.guest({}, [shownKey(key).toLowerCase()]);
  const connection = await privacy.dial(new AbortController().signal);
  connection.close();
  assert.equal(terminal.isRaw, false);
  assert.match(stage.said.join("\n"), /^type the key of studio\.local:65432, as it is shown there/);
  stage.said.length = 0;
  await stage.connects();
  await stage.connects({ hostname: "192.168.1.20" });
  assert.deepEqual(stage.said, []);
  assert.deepEqual(
    stage.remembered.named("192.168.1.20:65432"),
    stage.remembered.named("studio.local:65432"),
  );
});

Deno.test("GuestPrivacy takes the key that was given, and remembers nothing", async () => {
  await using stage = await Stage.set();
  await stage.connects({ key: stage.tls.identity.key });
  assert.equal(stage.remembered.named("studio.local:65432"), undefined);
  await assert.rejects(stage.connects({ key: OTHER_KEY }, ["never asked"]), {
    code: "wrong-key",
    message: "Cannot go on: studio.local:65432 does not have the key that was given; set " +
      "CAPTUREVIDEO_KEY, or name a file with --key-file",
  });
  assert.deepEqual(stage.said, []);
  const nowhere = new RememberedKeys(() => assert.fail("there is no folder"));
  await stage.connects({ key: stage.tls.identity.key, remembered: nowhere });
});

Deno.test("GuestPrivacy asks again for a key that does not fit, and for what is none", async () => {
  await using stage = await Stage.set();
  const { key } = stage.tls.identity;
  await stage.connects({}, ["what?", OTHER_KEY, key]);
  assert.deepEqual(stage.said.map((line) => line.split(",")[0]), [
    "type the key of studio.local:65432",
    "that is no key: it has 16 letters and digits",
    "studio.local:65432 has another key than that",
    "type the key of studio.local:65432",
  ]);
});

Deno.test("GuestPrivacy says that a remembered key does not fit any more, and asks", async () => {
  await using stage = await Stage.set();
  await stage.connects({}, [stage.tls.identity.key]);
  const renewed = await stage.renewKey();
  stage.said.length = 0;
  await assert.rejects(stage.connects(), { code: "wrong-key" });
  assert.deepEqual(stage.said, [
    "the key remembered for studio.local:65432 does not fit any more: it has a new one, or " +
    "another computer answers in its place",
  ]);
  await stage.connects({}, [renewed]);
  stage.said.length = 0;
  await stage.connects();
  assert.deepEqual(stage.said, []);
});

Deno.test("GuestPrivacy says that another computer answers than the one it knows", async () => {
  await using stage = await Stage.set();
  stage.remembered.remember("another identity", OTHER_KEY, "studio.local:65432");
  await stage.connects({}, [stage.tls.identity.key]);
  assert.equal(
    stage.said[0],
    "another computer answers at studio.local:65432 than the one whose key is remembered",
  );
});

Deno.test("GuestPrivacy says what to set where nobody can be asked, or nobody answers", async () => {
  await using stage = await Stage.set();
  await assert.rejects(stage.connects(), {
    code: "wrong-key",
    message: "Cannot go on: studio.local:65432 is private, and nobody can be asked for its key; " +
      "set CAPTUREVIDEO_KEY, or name a file with --key-file",
  });
  // Ctrl-C comes as a character on Windows alone.
  for (const end of ["\x04", "7K2M\x03"]) {
    await assert.rejects(stage.connects({}, [end]), {
      code: "wrong-key",
      message: /is private, and no key was typed; set CAPTUREVIDEO_KEY, or/,
    });
  }
});

Deno.test("GuestPrivacy goes on where it cannot remember", async () => {
  await using stage = await Stage.set();
  // Nothing is there, and nothing can be put there.
  const path = `${stage.tls.folder.path}/link`;
  await makeDeadLink(path);
  const remembered = new RememberedKeys(() => path);
  await stage.connects({ remembered }, [stage.tls.identity.key]);
  assert.match(
    stage.said.at(-1)!,
    /^the key will be asked for again: Cannot write the remembered keys \S+\/link\/guest\.json: /,
  );
});

Deno.test("GuestPrivacy talks in the clear on this computer, and elsewhere where it is told to", async () => {
  await using stage = await Stage.set();
  for (const hostname of ["127.0.0.1", "127.8.9.1", "::1", "localhost"]) {
    const { privacy } = stage.guest({ hostname });
    assert.equal(privacy.isPrivate, false, hostname);
    assert.ok(privacy.hostIsPrivate());
    assert.equal(privacy.isPrivate, true, "the host says that it is private");
    assert.ok(!privacy.hostIsPrivate(), "it says nothing new");
  }
  for (const hostname of ["192.168.1.20", "studio", "localhost.evil.org", "128.0.0.1"]) {
    assert.equal(stage.guest({ hostname }).privacy.isPrivate, true, hostname);
    const { privacy } = stage.guest({ hostname, open: true });
    assert.ok(!privacy.isPrivate && !privacy.hostIsPrivate() && !privacy.isPrivate);
  }
  assert.equal(stage.guest({ hostname: "::1", key: OTHER_KEY }).privacy.isPrivate, true);
});

Deno.test("GuestPrivacy never talks in the clear to a host whose key it remembers", async () => {
  await using stage = await Stage.set();
  await stage.connects({}, [stage.tls.identity.key]);
  assert.throws(() => stage.guest({ open: true }), {
    code: "privacy",
    message:
      "Cannot talk openly to studio.local:65432: its key is remembered, so it was private; " +
      '"guest --forget studio.local:65432" makes it forgotten',
  });
  assert.ok(stage.remembered.forget("studio.local:65432"));
  stage.guest({ open: true });
});

Deno.test("GuestPrivacy says that an open host is none for it", async () => {
  await using stage = await Stage.set();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { privacy } = stage.guest({});
  const dialling = new GuestPrivacy({
    ...{ hostname: HOSTNAME, port: 65432, key: OTHER_KEY, open: false },
    ...{ remembered: stage.remembered, say: () => {} },
  }, () => Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port }));
  assert.ok(privacy.isPrivate);
  const refused = assert.rejects(dialling.dial(new AbortController().signal), {
    code: "privacy",
    message: "Cannot talk privately to studio.local:65432: it does not speak TLS. If it is an " +
      "open host, whose picture everyone on its network may see, " +
      '"guest --open studio.local:65432" shows it',
  });
  using theirs = await listener.accept();
  await theirs.write(new TextEncoder().encode("CV\x01\x08"));
  await refused;
});

Deno.test("GuestPrivacy.dial() ends when it is told to", async () => {
  await using stage = await Stage.set();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const abort = new AbortController();
  const privacy = new GuestPrivacy({
    ...{ hostname: HOSTNAME, port: 65432, key: OTHER_KEY, open: false },
    ...{ remembered: stage.remembered, say: () => {} },
  }, () => Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port }));
  const ended = assert.rejects(privacy.dial(abort.signal), { message: "enough" });
  using _silent = await listener.accept();
  abort.abort(new Error("enough"));
  await ended;
});

Deno.test("GuestPrivacy.dial() asks once for what several want to know, and one after the other", async () => {
  await using stage = await Stage.set();
  const asking = new SharedTurn();
  const key = shownKey(stage.tls.identity.key);
  const guests = [0, 1, 2].map(() => stage.guest({ asking: new SharedTurn(asking.memory) }, [key]));
  const { signal } = new AbortController();
  const connections = await Promise.all(guests.map(({ privacy }) => privacy.dial(signal)));
  for (const connection of connections) connection.close();
  const questions = stage.said.filter((line) => line.startsWith("type the key"));
  assert.equal(questions.length, 1, stage.said.join("\n"));
});
