/**
 * Prints how much memory is held for a body of which single bytes come, in bytes; to be run with
 * `--v8-flags=--expose-gc`.
 *
 * @module
 */

import { readBody } from "../../lib/web/request_body.ts";
import { bytesInUse } from "../support/growth.ts";
import { say } from "../support/peers.ts";

/** So many bytes come, each by itself; the last one of the body never does. */
const PIECES = 200;

if (import.meta.main) console.log(await growth());

async function growth(): Promise<number> {
  const arrived = Promise.withResolvers<Request>();
  const answered = Promise.withResolvers<Response>();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      arrived.resolve(request);
      return answered.promise;
    },
  );
  using client = await Deno.connect({ hostname: "127.0.0.1", port: server.addr.port });
  client.setNoDelay(true);
  const length = `Content-Length: ${PIECES + 1}`;
  await say(client, `POST / HTTP/1.1\r\nHost: localhost\r\n${length}\r\n\r\n`);
  const { body, headers, url } = await arrived.promise;

  const reader = body!.getReader();
  const before = bytesInUse("external");
  let grown = 0;
  let sent = 0;
  // A byte is sent when the one before has been taken: so each is a piece.
  const pieces = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: async (controller) => {
      if (sent++ === PIECES) {
        grown = bytesInUse("external") - before;
        return controller.close();
      }
      await say(client, "x");
      controller.enqueue((await reader.read()).value!);
    },
  }, { highWaterMark: 0 });
  await readBody(new Request(url, { method: "POST", headers, body: pieces }), PIECES + 1);
  answered.resolve(new Response());
  return grown;
}
