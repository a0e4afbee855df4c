/** Which requests are answered at all, and what is on every answer. */

import assert from "node:assert/strict";
import { createWebApp } from "../../lib/web/web_app.ts";

function app(onBug?: (error: unknown) => void) {
  const app = createWebApp({ names: ["Studio.local"], ...onBug && { onBug } });
  app.get("/healthz", (context) => context.text("ok\n"));
  app.get("/broken", () => {
    throw new Error("secret detail");
  });
  return app;
}

async function statusOf(url: string, init: RequestInit = {}): Promise<number> {
  const answer = await app().request(url, init);
  await answer.body?.cancel();
  return answer.status;
}

Deno.test("createWebApp() answers by the host's addresses and names, and by no other", async () => {
  for (const own of ["127.0.0.1:8080", "[::1]:9", "192.168.1.4", "localhost", "studio.local"]) {
    assert.equal(await statusOf(`http://${own}/healthz`), 200, own);
  }
  for (const other of ["evil.example", "127.0.0.1.evil.example", "studio", "localhost.evil"]) {
    assert.equal(await statusOf(`http://${other}/healthz`), 403, other);
  }
});

Deno.test("createWebApp() refuses what another site's page asks for", async () => {
  const from = (Origin: string) =>
    statusOf("http://localhost:8080/healthz", { headers: { Origin } });
  assert.equal(await from("http://localhost:8080"), 200);
  for (const other of ["http://localhost:81", "https://evil.example", "null", "", "a b"]) {
    assert.equal(await from(other), 403, other);
  }
});

Deno.test("createWebApp() refuses what another site's page shows in itself, not a link to here", async () => {
  const from = (site: string, dest: string) =>
    statusOf("http://localhost:8080/healthz", {
      headers: { "Sec-Fetch-Site": site, "Sec-Fetch-Dest": dest },
    });
  for (const dest of ["image", "iframe", "script", "empty"]) {
    assert.equal(await from("cross-site", dest), 403, dest);
    assert.equal(await from("same-site", dest), 200, dest);
  }
  assert.equal(await from("cross-site", "document"), 200);
});

Deno.test("createWebApp() knows GET, HEAD and POST, and says so", async () => {
  for (const method of ["PUT", "DELETE", "OPTIONS", "PATCH", "BREW"]) {
    const answer = await app().request("http://localhost/healthz", { method });
    await answer.body?.cancel();
    assert.deepEqual([answer.status, answer.headers.get("Allow")], [405, "GET, HEAD, POST"]);
  }
  assert.equal(await statusOf("http://localhost/healthz", { method: "HEAD" }), 200);
});

Deno.test("createWebApp() puts the page's bounds on every answer, refusals too", async () => {
  for (const path of ["/healthz", "/nothing", "/broken"]) {
    const answer = await app().request(`http://localhost${path}`);
    await answer.body?.cancel();
    const policy = answer.headers.get("Content-Security-Policy") ?? "";
    assert.match(policy, /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'$/);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/);
    assert.equal(answer.headers.get("X-Content-Type-Options"), "nosniff");
    assert.equal(answer.headers.get("Referrer-Policy"), "no-referrer");
  }
  const refused = await app().request("http://evil.example/healthz");
  await refused.body?.cancel();
  assert.match(refused.headers.get("Content-Security-Policy") ?? "", /^default-src 'none'/);
});

Deno.test("createWebApp() reports an error that no route expected, and tells the browser nothing of it", async () => {
  const bugs: unknown[] = [];
  const answer = await app((error) => void bugs.push(error)).request("http://localhost/broken");
  assert.equal(answer.status, 500);
  assert.doesNotMatch(await answer.text(), /secret/);
  assert.equal((bugs[0] as Error).message, "secret detail");
});

Deno.test("createWebApp() hears out a body that it has no use for, and no endless or silent one", async () => {
  const cases: [pieces: number, end: "close" | "wait", isHeard: boolean][] = [
    [10, "close", true],
    [Infinity, "close", false],
    [1, "wait", false],
  ];
  for (const [pieces, end, isHeard] of cases) {
    let sent = 0;
    let isClosed = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (sent++ < pieces) return controller.enqueue(new Uint8Array(10_000));
        if (end === "wait") return new Promise(() => {});
        controller.close();
        isClosed = true;
      },
    });
    const request = new Request("http://evil.example/healthz", { method: "POST", body });
    const answer = await app().request(request);
    await answer.body?.cancel();
    assert.deepEqual([answer.status, isClosed], [403, isHeard]);
    assert.ok(sent < 200);
  }
});
