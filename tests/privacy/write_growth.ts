/**
 * Prints how much memory each write keeps on both ends of a TLS connection that stays open, in bytes;
 * to be run with `--v8-flags=--expose-gc`.
 *
 * @module
 */

import type { ByteConnection } from "../../lib/flow/byte_connection.ts";
import { bytesInUse } from "../support/growth.ts";
import { TlsStage } from "./tls_stage.ts";

/** Before these, what is made once has not been made. */
const FIRST_WRITES = 2000;
const WRITES = 10_000;

if (import.meta.main) {
  await using stage = await TlsStage.set();
  const { host, guest } = await stage.tls();
  console.log(await growth(host, guest.connection), await growth(guest.connection, host));
}

/** What each write from one end to the other adds to the memory in use, in bytes. */
async function growth(from: ByteConnection, to: ByteConnection): Promise<number> {
  await send(from, to, FIRST_WRITES);
  const before = bytesInUse("heapUsed");
  await send(from, to, WRITES);
  return (bytesInUse("heapUsed") - before) / WRITES;
}

/** Sends a byte at a time, and reads each. */
async function send(from: ByteConnection, to: ByteConnection, count: number): Promise<void> {
  const byte = new Uint8Array(1);
  const into = new Uint8Array(1);
  for (; count > 0; count--) {
    await from.write(byte);
    await to.read(into);
  }
}
