import assert from "node:assert/strict";
import fc from "fast-check";
import {
  credentials,
  escapedUrl,
  ESCAPING_HINT,
  needsEscaping,
  splitUrl,
  withoutPassword,
  withoutWordsOf,
} from "../../lib/text/passwords.ts";

import { moduleUrl, runToItsEnd } from "../support/script.ts";

/** What was typed, and what may be seen of it. */
const SHOWN: readonly [typed: string, shown: string][] = [
  ["rtsp://admin:secret@door.local/main", "rtsp://door.local/main"],
  ["RTSP://admin:secret@door.local:554/main?x=a@b", "RTSP://door.local:554/main?x=a@b"],
  ["http://admin:sec@ret@10.0.0.7/", "http://10.0.0.7/"],
  ["http://token@10.0.0.7", "http://10.0.0.7"],
  ["http://10.0.0.7/a@b", "http://10.0.0.7/a@b"],
  ["http://10.0.0.7?user=a@b", "http://10.0.0.7?user=a@b"],
  ["http://camera/?action=stream", "http://camera/?action=stream"],
  ["http://me:secret@[fe80::1%25eth0]:80/x", "http://[fe80::1%25eth0]:80/x"],

  // Not escaped.
  ["rtsp://admin:secret#1@10.0.0.7:554/main", "rtsp://10.0.0.7:554/main"],
  ["rtsp://admin:sec/ret@10.0.0.7/main", "rtsp://10.0.0.7/main"],
  ["rtsp://admin:sec?ret@10.0.0.7/main", "rtsp://10.0.0.7/main"],
  ["rtsp://admin:sec ret@10.0.0.7/main", "rtsp://10.0.0.7/main"],
  ["rtsp://admin:sec\"r't@10.0.0.7/main", "rtsp://10.0.0.7/main"],
  ["rtsp://admin:p@ss:w/rd#1@10.0.0.7/main", "rtsp://10.0.0.7/main"],
  ["rtsp://admin:12/34@10.0.0.7/main", "rtsp://10.0.0.7/main"],
  ["rtsp://admin:p@ss/word@10.0.0.7/main", "rtsp://10.0.0.7/main"],
  ["rtsp://admin:sec#ret@camera/main", "rtsp://camera/main"],
  ["rtsp://admin:secret#1", "rtsp://…"],
  // Nobody can tell where the password ends: better too little is shown.
  ["rtsp://admin:12/34@camera/main", "rtsp://…"],
  ["rtsp://admin:p@ss/word@camera/main", "rtsp://…"],

  // In the query or path.
  [
    "http://10.0.0.7/snap.cgi?user=me&password=a&b#c",
    "http://10.0.0.7/snap.cgi?user=me&password=…",
  ],
  ["http://10.0.0.7/?usr=me&pwd=a b", "http://10.0.0.7/?usr=me&pwd=…"],
  ["http://10.0.0.7/v.cgi?loginuse=me&loginpas=x", "http://10.0.0.7/v.cgi?loginuse=me&loginpas=…"],
  ["http://10.0.0.7/s?access_token=ab.cd", "http://10.0.0.7/s?access_token=…"],
  ["rtsp://10.0.0.7/user=me_password=x_channel=1.sdp", "rtsp://10.0.0.7/user=me_password=…"],

  // GStreamer.
  [
    "gst:rtspsrc location=rtsp://me:secret@10.0.0.7/a ! decodebin ! appsink",
    "gst:rtspsrc location=rtsp://10.0.0.7/a ! decodebin ! appsink",
  ],
  [
    'gst:rtspsrc location="rtsp://me:sec ret@10.0.0.7/a" user-id=me user-pw=sec\\ ret ! appsink',
    'gst:rtspsrc location="rtsp://10.0.0.7/a" user-id=… user-pw=… ! appsink',
  ],
  [
    'gst:souphttpsrc location=http://10.0.0.7/ user-pw="a b" extra-headers="x,auth=b" ! appsink',
    "gst:souphttpsrc location=http://10.0.0.7/ user-pw=… extra-headers=… ! appsink",
  ],
  [
    "gst:rtspsrc location=rtsp://me:sec ret@10.0.0.7/a ! appsink",
    "gst:rtspsrc location=rtsp://10.0.0.7/a ! appsink",
  ],

  // Lines.
  ['unexpected "rtsp://me:a\\"b c@10.0.0.7/" in it', 'unexpected "rtsp://10.0.0.7/" in it'],
  [
    "not http://10.0.0.7/a but http://me:b@10.0.0.8/c",
    "not http://10.0.0.7/a but http://10.0.0.8/c",
  ],
  ["listening on 127.0.0.1:65432", "listening on 127.0.0.1:65432"],
  ["clips/me@home.mp4", "clips/me@home.mp4"],
  ["no file me:secret@10.0.0.7/main", "no file …@10.0.0.7/main"],
  ["http:/me:secret@camera/main", "…@camera/main"],
  ["http://", "http://"],
];

for (const [typed, shown] of SHOWN) {
  Deno.test(`withoutPassword() shows ${typed} as ${shown}`, () => {
    assert.equal(withoutPassword(typed), shown);
    assert.equal(withoutPassword(shown), shown);
  });
}

Deno.test("withoutPassword() hides any password in front of an address", () => {
  const password = fc.string({ minLength: 3, unit: "binary-ascii" })
    // Behind such a password stands what could be the host.
    .filter((text) =>
      !/@[\w.-]+(?::\d*)?(?:[/?#\s]|$)/.test(text) && !"rtsp://10.0.0.7/main".includes(text)
    );
  fc.assert(fc.property(password, (text) => {
    assert.equal(withoutPassword(`rtsp://admin:${text}@10.0.0.7/main`), "rtsp://10.0.0.7/main");
  }));
});

Deno.test("withoutPassword() comes to the end of long texts that were made to take long", async () => {
  await runToItsEnd(`
    import { withoutPassword } from "${moduleUrl("lib/text/passwords.ts")}";
    const pieces = ["a", ".", "a.", "_", "a-", "@a", "@[1%", "a://", "x=", "/", '"a://', " ! "];
    for (const piece of pieces) {
      for (const start of ["", "rtsp://", "rtsp://a.b/@"]) {
        withoutPassword(start + piece.repeat(300_000));
      }
    }`);
});

Deno.test("withoutPassword() leaves its own advice as it is", () => {
  for (
    const url of [
      "rtsp://camera/main",
      "rtsp://10.0.0.7/main",
      "rtsp://…",
      "http://a/?user=me&pwd=…",
      "gst:a user-pw=…",
    ]
  ) {
    const line = `Cannot open ${url}: no; ${ESCAPING_HINT}`;
    assert.equal(withoutPassword(line), line);
  }
});

Deno.test("withoutWordsOf() takes the words of a password out of a library's error", () => {
  assert.equal(
    withoutWordsOf(
      "gst:rtspsrc location=rtsp://me:some word@10.0.0.7/a ! appsink",
      'Cannot start it: no element "word@10.0.0.7", and rtsp://me:some',
    ),
    'Cannot start it: no element "…@10.0.0.7", and rtsp://…',
  );
});

Deno.test("splitUrl() and escapedUrl() make a URL of what was typed", () => {
  for (
    const [typed, escaped] of [
      ["rtsp://me:secret@10.0.0.7/a", "rtsp://me:secret@10.0.0.7/a"],
      ["rtsp://me:a#b/c?d e@f@10.0.0.7/a", "rtsp://me:a%23b%2Fc%3Fd%20e%40f@10.0.0.7/a"],
      ["rtsp://me:a%23b@10.0.0.7/a", "rtsp://me:a%23b@10.0.0.7/a"],
      ["rtsp://me:50%@10.0.0.7/a", "rtsp://me:50%25@10.0.0.7/a"],
      ["http://token@camera", "http://token@camera"],
      ["http://10.0.0.7/a?user=me&pwd=a#b c", "http://10.0.0.7/a?user=me&pwd=a%23b%20c"],
      ["http://10.0.0.7/my camera", "http://10.0.0.7/my%20camera"],
      ["udp://@239.0.0.1:1234", "udp://@239.0.0.1:1234"],
    ]
  ) assert.equal(escapedUrl(splitUrl(typed!)!), escaped);
  for (const none of ["10.0.0.7", "rtsp://", "rtsp://admin:secret#1", "http:///a"]) {
    assert.equal(splitUrl(none), undefined);
  }
});

Deno.test("credentials() gives name and password as they are meant", () => {
  assert.deepEqual(credentials("me:a:b%23%"), ["me", "a:b%23%"]);
  assert.deepEqual(credentials("me:a%23b"), ["me", "a#b"]);
  assert.deepEqual(credentials("token"), ["token", ""]);
  assert.deepEqual(credentials(), ["", ""]);
});

Deno.test("needsEscaping() tells which passwords could have been meant otherwise", () => {
  for (const userInfo of ["me:a#b", "me:a@b", "me:a b", "me:50%"]) {
    assert.ok(needsEscaping({ scheme: "http://", userInfo, location: "" }));
  }
  for (const userInfo of ["me:ab", "me:a%23b", undefined]) {
    assert.ok(!needsEscaping({ scheme: "http://", userInfo, location: "" }));
  }
});
