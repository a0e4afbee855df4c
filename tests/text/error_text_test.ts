import assert from "node:assert/strict";
import { describeError } from "../../lib/text/error_text.ts";
import { CaptureVideoError, UsageError } from "../../lib/flow/errors.ts";

/** Runs what must fail and gives its error. */
async function errorOf(action: () => unknown): Promise<unknown> {
  try {
    await action();
  } catch (error) {
    return error;
  }
  assert.fail("nothing was thrown");
}

async function assertLine(action: () => unknown, line: string): Promise<void> {
  const error = await errorOf(action);
  assert.deepEqual(describeError(error, "do it"), {
    line: `Cannot do it: ${line}`,
    expected: true,
  });
}

Deno.test("describeError() passes on the project's own messages", () => {
  const message = "Cannot open camera 0: it is busy";
  const own = new CaptureVideoError("camera-unavailable", message);
  assert.deepEqual(describeError(own, "open the camera"), { line: message, expected: true });
  assert.deepEqual(describeError(new UsageError("--x is wrong")), {
    line: "--x is wrong",
    expected: true,
  });
});

Deno.test("describeError() knows a port in use", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await assertLine(
    () => Deno.listen({ hostname: "127.0.0.1", port: listener.addr.port }),
    "the address is already in use; another program may have taken the port",
  );
});

Deno.test("describeError() knows a refused connection", async () => {
  // Port 1 of loopback belongs to a service that no system has run for decades.
  await assertLine(
    () => Deno.connect({ hostname: "127.0.0.1", port: 1 }),
    "the connection was refused; nothing listens there",
  );
});

Deno.test("describeError() knows addresses of other computers and what can be no name", async () => {
  // In a process of its own: a test may reach only this computer's addresses.
  const module = new URL("../../lib/text/error_text.ts", import.meta.url).href;
  const code = `import { describeError } from "${module}";
    for (const hostname of ["203.0.113.7", "a..b"]) {
      try {
        Deno.listen({ hostname, port: 0 });
      } catch (error) {
        console.log(describeError(error).line);
      }
    }`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", code],
  }).output();
  assert.deepEqual(new TextDecoder().decode(stdout).trim().split("\n"), [
    "This computer does not have that address",
    "That is not a valid name or address",
  ]);
});

Deno.test("describeError() knows a name that does not exist", () => {
  // What Deno throws; a real lookup could take long where no name server answers.
  const message = "failed to lookup address information: Name or service not known";
  assert.equal(
    describeError(new Error(message), "connect to nowhere.invalid:1").line,
    "Cannot connect to nowhere.invalid:1: no name server knows that name",
  );
});

Deno.test("describeError() knows an address of a network interface that does not exist", () => {
  const message = "failed to lookup address information: Name or service not known";
  assert.equal(
    describeError(new Error(message), "connect to [fe80::1%eth7]:1").line,
    "Cannot connect to [fe80::1%eth7]:1: " +
      "this computer has no network interface eth7 for that address",
  );
});

Deno.test("describeError() knows a file that is not there, and names it", async () => {
  await assertLine(
    () => Deno.readTextFile("no/such/file"),
    "there is no such file or directory (no/such/file)",
  );
});

Deno.test("describeError() knows a directory where a file should be", async () => {
  await assertLine(() => Deno.readTextFile("tests"), "it is a directory (tests)");
  const error = await errorOf(() => Deno.readTextFile("deno.json/x"));
  assert.match(describeError(error).line, /^A part of the path is not a directory/);
});

Deno.test("describeError() knows a connection that the other side broke", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  using client = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  (await accepted).close();
  const error = await errorOf(async () => {
    for (;;) await client.write(new Uint8Array(65_536));
  });
  const lines = ["The other side broke the connection", "The other side does not read any more"];
  const { line, expected } = describeError(error);
  assert(expected && lines.includes(line), line);
});

/** What Deno 2.9 throws for conditions that a test cannot always make: name, code, message. */
const THROWN: ReadonlyArray<[name: string, code: string | undefined, text: string, line: string]> =
  [
    ["Error", "EHOSTUNREACH", "No route to host (os error 113)", "there is no route to that host"],
    [
      "NetworkUnreachable",
      "ENETUNREACH",
      "Network is unreachable (os error 101)",
      "that network cannot be reached",
    ],
    ["TimedOut", "ETIMEDOUT", "Connection timed out (os error 110)", "there was no answer in time"],
    [
      "PermissionDenied",
      "EACCES",
      "Permission denied (os error 13): open '/x'",
      "the system does not permit it (/x)",
    ],
    [
      "Error",
      "ENOSPC",
      "No space left on device (os error 28)",
      "there is no space left",
    ],
    [
      "Error",
      "EMFILE",
      "Too many open files (os error 24)",
      "this program has too many files and connections open; a higher ulimit -n allows more",
    ],
    [
      "TypeError",
      "EINVAL",
      "Invalid argument (os error 22)",
      "the system does not accept such an address or value",
    ],
    [
      "Error",
      undefined,
      "Import 'file:///x.ts' failed.\n    0: Too many open files (os error 24)",
      "too many open files",
    ],
    ["Error", "ENOEXEC", "Exec format error (os error 8)", "exec format error"],
    [
      "InvalidData",
      undefined,
      'environment variable was not valid unicode: "\\xFF"',
      'an environment variable is not UTF-8: "\\xFF"',
    ],
    ["Busy", "EBUSY", "Device or resource busy (os error 16)", "another program is using it"],
    [
      "NotCapable",
      undefined,
      'Requires env access to "HOME", run again with the --allow-env flag',
      'Deno was not given env access to "HOME"; the tasks in deno.json give what is needed',
    ],
    [
      "NotCapable",
      undefined,
      "something else",
      "Deno was not given a permission; the tasks in deno.json give what is needed",
    ],
    // Between threads only the name survives.
    [
      "AddrInUse",
      undefined,
      "Address already in use (os error 98)",
      "the address is already in " +
      "use; another program may have taken the port",
    ],
    ["BrokenPipe", undefined, "Broken pipe (os error 32)", "the other side does not read any more"],
  ];

Deno.test("describeError() knows errors by code, or by name where there is no code", () => {
  for (const [name, code, message, line] of THROWN) {
    const error = Object.assign(new Error(message), { name, ...code && { code } });
    assert.deepEqual(describeError(error, "do it"), {
      line: `Cannot do it: ${line}`,
      expected: true,
    });
  }
});

Deno.test("describeError() names a path once", async () => {
  const error = await errorOf(() => Deno.open("no/such/file"));
  const reason = "there is no such file or directory";
  assert.equal(
    describeError(error, "write no/such/file").line,
    `Cannot write no/such/file: ${reason}`,
  );
  assert.equal(describeError(error, "begin").line, `Cannot begin: ${reason} (no/such/file)`);
});

Deno.test("describeError() makes a sentence of its own without an action", () => {
  assert.equal(
    describeError(new Deno.errors.ConnectionRefused("x")).line,
    "The connection was refused; nothing listens there",
  );
});

Deno.test("describeError() takes anything else for a bug", () => {
  assert.deepEqual(describeError(new TypeError("x is undefined"), "do it"), {
    line: "TypeError: x is undefined",
    expected: false,
  });
  const odd = Object.assign(new Error("odd"), { code: "EODD" });
  assert.deepEqual(describeError(odd), { line: "Error: odd", expected: false });
  assert.deepEqual(describeError("a text"), { line: "Unknown error: a text", expected: false });
  assert.deepEqual(describeError(undefined), { line: "Unknown error: undefined", expected: false });
  for (const property of ["toString", "constructor", "__proto__"]) {
    const error = Object.assign(new Error("x"), { code: property });
    assert.equal(describeError(error).expected, false, property);
    const named = Object.assign(new Error("x"), { name: property });
    assert.equal(describeError(named).expected, false, property);
  }
});
