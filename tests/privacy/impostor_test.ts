/** A host's certificate is no secret: who shows it must have its private key as well. */

import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { loadIdentity } from "../../lib/privacy/identity.ts";
import { beginTls } from "../../lib/privacy/guest_tls.ts";
import { temporaryFolder } from "../support/folder.ts";
import { startTlsServer } from "../support/tls_server.ts";

/** A private key in SEC1, which says that its public half is another's: OpenSSL believes it. */
function forgedKey(certificate: string): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { d } = privateKey.export({ format: "jwk" }) as { d: string };
  const { x, y } = createPublicKey(certificate).export({ format: "jwk" }) as Record<string, string>;
  const bytes = (text: string) => Uint8Array.fromBase64(text, { alphabet: "base64url" }).toHex();
  const curve = "a00a06082a8648ce3d030107";
  const point = `a14403420004${bytes(x!)}${bytes(y!)}`;
  const der = Uint8Array.fromHex(`30770201010420${bytes(d)}${curve}${point}`);
  return `-----BEGIN EC PRIVATE KEY-----\n${der.toBase64()}\n-----END EC PRIVATE KEY-----\n`;
}

Deno.test("beginTls() refuses one who shows the host's certificate without its private key", async () => {
  await using folder = await temporaryFolder();
  const { certificate, privateKey, certificateHash } = await loadIdentity(folder.path);
  await Deno.writeTextFile(`${folder.path}/cert.pem`, certificate);
  for (
    const [key, isOwner] of [[privateKey, true], [forgedKey(certificate), false]] as const
  ) {
    await Deno.writeTextFile(`${folder.path}/key.pem`, key);
    await using server = await startTlsServer({
      certificate: `${folder.path}/cert.pem`,
      privateKey: `${folder.path}/key.pem`,
    });
    const connect = () => Deno.connect({ hostname: "127.0.0.1", port: server.port });
    if (isOwner) {
      const { connection, certificateHash: shown } = await beginTls(await connect());
      assert.deepEqual(shown, certificateHash);
      connection.close();
    } else {
      await assert.rejects(beginTls(await connect()), {
        code: "protocol",
        message: "Cannot begin TLS: the host speaks it, but what it says of itself does not hold",
      });
    }
    assert.equal(await server.outcome(), isOwner ? "accepted" : "refused");
  }
});
