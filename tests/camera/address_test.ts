import assert from "node:assert/strict";
import { addressOf } from "../../lib/camera/address.ts";
import { splitUrl } from "../../lib/text/passwords.ts";

Deno.test("addressOf() tells a network interface from the address, and leaves the password out", () => {
  for (
    const [text, href, zone] of [
      ["http://me:secret@10.0.0.7:8080/a?b", "http://10.0.0.7:8080/a?b", ""],
      ["rtsp://[fe80::1%eth0]:8554/main", "rtsp://[fe80::1]:8554/main", "%eth0"],
      ["http://[fe80::1%25eth0]/", "http://[fe80::1]/", "%eth0"],
    ] as const
  ) {
    const address = addressOf(splitUrl(text)!);
    assert.deepEqual([address?.url.href, address?.zone], [href, zone]);
  }
});

Deno.test("addressOf() gives nothing where host or port is none", () => {
  for (const text of ["rtsp://cam:99999/", "http://10.0.0.300/", "rtmp://[fe80:::1]/"]) {
    assert.equal(addressOf(splitUrl(text)!), undefined);
  }
});
