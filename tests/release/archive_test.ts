import assert from "node:assert/strict";
import { whyNotCompiled } from "../../lib/release/archive.ts";

/** What `deno compile` says where it cannot do its work. */
function said(...causes: string[]): string {
  return "error: Writing deno compile executable to temporary file '/dist/x'\n\nCaused by:\n" +
    causes.map((cause, n) => `    ${n}: ${cause}\n`).join("") +
    "\nStack backtrace:\n   0: <unknown>\n";
}

Deno.test("whyNotCompiled() says where Deno's runtime is, and how it can be given", () => {
  const url = "https://dl.deno.land/release/v2.9.6/denort-x86_64-unknown-linux-gnu.zip";
  const words = said(
    "Setting up base binary.",
    `error sending request for url (${url}): client error (Connect): dns error`,
    "Name or service not known",
  );
  assert.equal(
    whyNotCompiled(words, undefined),
    `Cannot fetch Deno's runtime, ${url}: Name or service not known; where you have it, unpack ` +
      "it and set DENORT_BIN to the file denort",
  );
});

Deno.test("whyNotCompiled() names the runtime that was given and is not there", () => {
  const words = said("Could not find denort at '/no'", "No such file or directory (os error 2)");
  assert.equal(
    whyNotCompiled(words, "/no"),
    "Cannot take /no, which DENORT_BIN names, as Deno's runtime: No such file or directory " +
      "(os error 2)",
  );
});

Deno.test("whyNotCompiled() passes on what else deno compile says", () => {
  assert.equal(
    whyNotCompiled("Check host.ts\nerror: Module not found\n    at host.ts:1:1\n", undefined),
    "Cannot compile: Module not found",
  );
});
