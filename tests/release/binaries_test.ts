import assert from "node:assert/strict";
import { compileArguments, permissionFlags } from "../../lib/release/binaries.ts";

Deno.test("compileArguments() compiles what the task runs, with its flags and permissions", () => {
  const args = compileArguments("guest", "/tmp/guest");
  assert.equal(args[0], "compile");
  assert.equal(args.at(-1), "guest.ts");
  for (
    const arg of [
      "--no-prompt",
      "--v8-flags=--max-semi-space-size=4",
      "--allow-net",
      "--allow-sys=hostname,networkInterfaces",
      "--include=lib/guest/receiver_worker.ts",
      "--include=lib/web/page",
      "--output=/tmp/guest",
    ]
  ) assert.ok(args.includes(arg), arg);
  assert.ok(!args.some((arg) => arg.startsWith("-P")));
});

Deno.test("permissionFlags() names each permission, and programs by where they may be", () => {
  const flags = permissionFlags({ net: true, env: ["HOME", "PATH"], ffi: ["lib"], run: ["nft"] });
  assert.deepEqual(flags.slice(0, 3), ["--allow-net", "--allow-env=HOME,PATH", "--allow-ffi"]);
  if (Deno.build.os === "windows") return assert.equal(flags[3], "--allow-run=nft");
  const run = flags[3]!.split("=")[1]!.split(",");
  assert.ok(run.includes("/usr/sbin/nft") && run.includes("/usr/local/bin/nft"));
  assert.ok(run.every((path) => /^\/.+\/nft$/.test(path)), flags[3]);
  assert.deepEqual(permissionFlags({ run: ["/usr/sbin/nft"] }), ["--allow-run=/usr/sbin/nft"]);
});
