import assert from "node:assert/strict";
import { authorize, strongestChallenge } from "../../../lib/camera/http/authentication.ts";

const RFC_7616 = {
  name: "Mufasa",
  password: "Circle of Life",
  target: "/dir/index.html",
  count: 1,
  clientNonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
};

const CHALLENGE = 'realm="http-auth@example.org", qop="auth, auth-int", ' +
  'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", ' +
  'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';

/** The parameters of what is sent. */
function answer(offers: string[], proof = RFC_7616): Record<string, string> {
  const challenge = strongestChallenge(offers);
  assert.ok(challenge);
  const pairs = authorize(challenge, proof).replace(/^Digest /, "").matchAll(
    /(\w+)=(?:"([^"]*)"|([^,\s]+))/g,
  );
  return Object.fromEntries(Array.from(pairs, ([, key, quoted, plain]) => [key, quoted ?? plain]));
}

Deno.test("authorize() answers the challenges of RFC 7616, section 3.9.1, as it does", () => {
  const md5 = answer([`Digest ${CHALLENGE}, algorithm=MD5`]);
  assert.equal(md5.response, "8ca523f5e9506fed4657c9700eebdbec");
  assert.equal(md5.nc, "00000001");
  assert.equal(md5.qop, "auth");
  assert.equal(md5.cnonce, RFC_7616.clientNonce);
  assert.equal(md5.opaque, "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS");
  assert.equal(md5.username, "Mufasa");
  const sha256 = answer([`Digest ${CHALLENGE}, algorithm=SHA-256`]);
  assert.equal(
    sha256.response,
    "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
  );
  assert.equal(sha256.algorithm, "SHA-256");
});

Deno.test("authorize() answers the challenge of RFC 2617, section 3.5, and of RFC 2069", () => {
  const nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093";
  const withQop = answer([
    `Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="${nonce}"`,
  ], { ...RFC_7616, password: "Circle Of Life", clientNonce: "0a4f113b" });
  assert.equal(withQop.response, "6629fae49393a05397450978507c4ef1");
  const without = answer([`Digest realm="testrealm@host.com", nonce="${nonce}"`], {
    ...RFC_7616,
    password: "Circle Of Life",
  });
  assert.equal(without.response, "670fd8c2df070c60b045671b8b24ff02");
  assert.equal(without.qop, undefined);
});

Deno.test("authorize() sends name and password of Basic in UTF-8", () => {
  const proof = { ...RFC_7616, name: "test", password: "123£" };
  assert.equal(authorize(strongestChallenge(["basic"])!, proof), "Basic dGVzdDoxMjPCow==");
});

Deno.test("authorize() gives another client nonce each time", () => {
  const { clientNonce: _, ...proof } = RFC_7616;
  const [challenge] = [strongestChallenge([`Digest ${CHALLENGE}`])!];
  assert.notEqual(authorize(challenge, proof), authorize(challenge, proof));
});

Deno.test("strongestChallenge() takes the best that is known, however it is offered", () => {
  const digest = (algorithm: string) => `Digest realm="r", nonce="n", algorithm=${algorithm}`;
  for (
    const [offers, expected] of [
      [["Basic realm=x", digest("MD5")], "MD5"],
      [[`Basic realm="x, y=z", ${digest("MD5")}, ${digest("SHA-256")}`], "SHA-256"],
      [[digest("SHA-256-sess"), digest("md5")], "SHA-256-sess"],
      [[digest("UNKNOWN"), 'BASIC realm="x"'], "basic"],
      [["Negotiate abc==, Bearer realm=x"], undefined],
      [[""], undefined],
    ] as [string[], string | undefined][]
  ) {
    const challenge = strongestChallenge(offers);
    assert.equal(challenge?.parameters.get("algorithm") ?? challenge?.scheme, expected);
  }
});
