/** Private hosts that are found by their name, and known by their key. */

import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { fingerprintOf, loadIdentity } from "../../lib/privacy/identity.ts";
import { shownKey } from "../../lib/privacy/key.ts";
import { RememberedKeys } from "../../lib/privacy/remembered_keys.ts";
import { temporaryFolder } from "../support/folder.ts";
import { Program } from "../support/programs.ts";
import { find, network, SMALL } from "./discovery_stage.ts";
import { examine } from "./doctor_stage.ts";
import type { Computer } from "./lan.ts";
import { networkTest } from "./requirements.ts";

/** A computer's owner, whose programs have one configuration. */
class Owner {
  readonly env: Record<string, string>;
  readonly #stack: AsyncDisposableStack;
  readonly #namespace: string;

  private constructor(stack: AsyncDisposableStack, { namespace }: Computer, folder: string) {
    this.#stack = stack;
    this.#namespace = namespace;
    this.env = { XDG_CONFIG_HOME: folder };
  }

  static async of(computer: Computer, stack: AsyncDisposableStack): Promise<Owner> {
    return new Owner(stack, computer, stack.use(await temporaryFolder()).path);
  }

  get folder(): string {
    return `${this.env["XDG_CONFIG_HOME"]}/capturevideo`;
  }

  host(...options: string[]): Program {
    return this.#start("host", [...SMALL, "--share", ...options]);
  }

  guest(options: string[], env: Record<string, string> = {}): Program {
    return this.#start("guest", ["--no-window", "--stats=json", ...options], env);
  }

  #start(task: string, options: string[], env: Record<string, string> = {}): Program {
    const namespace = this.#namespace;
    return this.#stack.use(
      Program.start(task, options, { namespace, env: { ...this.env, ...env } }),
    );
  }
}

async function end(program: Program): Promise<void> {
  program.signal("SIGINT");
  assert.equal(await program.ended, 0);
}

networkTest(
  "a private host says what to type, and is found and known by another name too",
  async () => {
    await using stack = new AsyncDisposableStack();
    const [studio, desk] = await network(2, stack);
    const [theirs, ours] = [await Owner.of(studio!, stack), await Owner.of(desk!, stack)];
    const { key, certificate } = await loadIdentity(theirs.folder);
    const identity = fingerprintOf(new X509Certificate(certificate));

    const host = theirs.host("--name=studio");
    await host.line(/^host: found by name: guest studio$/);
    assert.deepEqual(host.words.slice(0, 3), [
      "host: on the other computer: deno task guest studio",
      `host: or: deno task guest ${studio!.ipv4}`,
      `host: it asks once for the key: ${shownKey(key)}`,
    ]);
    const [found] = await find(desk!);
    assert.deepEqual([found?.private, found?.fingerprint], [true, identity.slice(0, 16)]);

    const unknown = await examine(desk!, ["studio"], ours.env);
    assert.ok(unknown.about("TLS").what.endsWith(identity.slice(0, 16)));
    assert.equal(unknown.about("key").verdict, "stop");
    assert.deepEqual(unknown.about("key").type, ["deno task guest studio"]);
    const wrongKey = { ...ours.env, CAPTUREVIDEO_KEY: "2222-2222-2222-2222" };
    assert.equal((await examine(desk!, ["studio"], wrongKey)).about("key").verdict, "stop");

    const guest = ours.guest(["studio"], { CAPTUREVIDEO_KEY: key });
    await guest.line(/^guest: live$/);
    await end(guest);
    // As if it had been typed.
    new RememberedKeys(() => ours.folder).remember(identity, key, "studio:65432");
    const known = await examine(desk!, ["studio"], ours.env);
    assert.equal(known.about("key").what, "the remembered key fits");
    assert.equal(known.about("picture").verdict, "good");
    await end(host);

    // The host is called otherwise now, and somebody else has its name.
    const elsewhere = theirs.host("--name=attic", "--port=5000");
    await elsewhere.line(/^host: found by name: guest attic$/);
    const other = await Owner.of(desk!, stack);
    const impostor = other.host("--name=studio");
    await impostor.line(/^host: found by name: guest studio$/);
    const again = ours.guest(["studio"]);
    await again.line(/^guest: (?:warning: )?studio is called attic now$/);
    await again.line(/^guest: live$/);
  },
);

networkTest(
  "guest does not talk openly to a host that says it is open, unless it may",
  async () => {
    await using stack = new AsyncDisposableStack();
    const [studio, desk] = await network(2, stack);
    const [theirs, ours] = [await Owner.of(studio!, stack), await Owner.of(desk!, stack)];
    const host = theirs.host("--name=studio", "--open");
    await host.line(/^host: found by name: guest studio$/);
    const guest = ours.guest(["--no-reconnect"]);
    const { code, words } = await guest.ending();
    assert.equal(code, 1);
    assert.match(
      words.at(-1) ?? "",
      /^guest: Cannot talk privately to studio:65432: .+ "guest --open studio:65432" shows it$/,
    );
    const closed = await examine(desk!, ["studio"], ours.env);
    assert.equal(closed.about("TLS").verdict, "stop");
    assert.deepEqual(closed.about("TLS").type?.at(0), "deno task guest --open studio");
  },
);
