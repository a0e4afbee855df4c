import assert from "node:assert/strict";
import fc from "fast-check";
import { HOST_FORM, parseAddress, withPort } from "../../lib/cli/address.ts";

const ACCEPTED: ReadonlyArray<
  [text: string, host: string, port?: string | undefined, camera?: string]
> = [
  ["camera", "camera"],
  ["camera.local", "camera.local"],
  ["192.168.1.7", "192.168.1.7"],
  ["camera:5000", "camera", "5000"],
  ["192.168.1.7:5000", "192.168.1.7", "5000"],
  ["kamera-süd:5000", "kamera-süd", "5000"],
  ["::1", "::1"],
  ["2001:db8::7", "2001:db8::7"],
  ["::ffff:10.0.0.1", "::ffff:10.0.0.1"],
  ["fe80::1%eth0", "fe80::1%eth0"],
  ["[::1]", "::1"],
  ["[::1]:5000", "::1", "5000"],
  ["[fe80::1%eth0]:5000", "fe80::1%eth0", "5000"],
  // The port is checked with the option's own rule.
  ["camera:", "camera", ""],
  ["camera:http", "camera", "http"],
  ["[::1]:99999", "::1", "99999"],
  ["studio/desk", "studio", undefined, "desk"],
  ["my studio/desk", "my studio", undefined, "desk"],
  ["192.168.1.20:65432/desk", "192.168.1.20", "65432", "desk"],
  ["::1/desk", "::1", undefined, "desk"],
  ["[fe80::1%eth0]:5000/küche_2", "fe80::1%eth0", "5000", "küche_2"],
  // And so is the camera's name.
  ["studio/", "studio", undefined, ""],
  ["studio/a b", "studio", undefined, "a b"],
];

const REFUSED = [
  "",
  ":5000",
  "a  b",
  "http://camera",
  "tcp://camera:5000",
  "user@camera",
  "camera/stream/1",
  "/desk",
  "[::1",
  "::1]",
  "[camera]",
  "[]:5000",
  "[::1]5000",
  "camera:50:00",
];

Deno.test("parseAddress() splits names and addresses from their ports", () => {
  for (const [text, host, port, camera] of ACCEPTED) {
    assert.deepEqual(parseAddress(text), { host, port, camera }, text);
  }
});

Deno.test("parseAddress() refuses what is no address", () => {
  for (const text of REFUSED) assert.equal(parseAddress(text), undefined, text);
});

Deno.test("parseAddress() takes back what was put together from any address and port", () => {
  fc.assert(fc.property(
    fc.oneof(fc.ipV4(), fc.domain(), fc.ipV6().map((ip) => `[${ip}]`)),
    fc.integer({ min: 0, max: 65535 }),
    (host, port) => {
      assert.deepEqual(parseAddress(`${host}:${port}`), {
        host: host.replaceAll(/[[\]]/g, ""),
        port: String(port),
        camera: undefined,
      });
    },
  ));
});

Deno.test("HOST_FORM wants the interface of a link-local address, and of no other", () => {
  for (const host of ["fe80::1", "FE80::1:2", "fe9a::", "febf::1"]) {
    assert.equal(HOST_FORM.hint?.(host), `name its network interface, as in ${host}%eth0`);
  }
  for (
    const host of ["fe80::1%eth0", "fe80::1%2", "::1", "fec0::1", "fd00::1", "fe80", "fe80.de"]
  ) {
    assert.equal(HOST_FORM.hint?.(host), undefined, host);
  }
});

Deno.test("withPort() is taken apart again by parseAddress()", () => {
  assert.equal(withPort("camera", 5000), "camera:5000");
  assert.equal(withPort("10.0.0.1", 5000), "10.0.0.1:5000");
  for (const host of ["::1", "fe80::1%eth0", "::ffff:10.0.0.1"]) {
    assert.equal(withPort(host, 5000), `[${host}]:5000`);
    const address = { host, port: "5000", camera: undefined };
    assert.deepEqual(parseAddress(withPort(host, 5000)), address);
  }
});

Deno.test("HOST_FORM allows a name or an address and no port", () => {
  for (const text of ["camera", "studio (2)", "10.0.0.1", "0.0.0.0", "::", "::1", "fe80::1%eth0"]) {
    assert(HOST_FORM.pattern.test(text), text);
  }
  for (
    const text of [
      "camera:5000",
      "10.0.0.1:5000",
      "[::1]:5000",
      "[::1]",
      "http://a",
      "a  b",
      " a",
      "",
    ]
  ) {
    assert(!HOST_FORM.pattern.test(text), text);
  }
});
