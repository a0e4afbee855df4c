/**
 * Feeds a million damaged streams to the message decoder, the JPEG cutter and the readers of JPEG
 * headers: `deno run --allow-read=tests/fixtures tests/fuzz/decoder_fuzz.ts [inputs] [seed]`.
 *
 * Every stream is given whole and in pieces. It fails when the two come out differently, when
 * something is thrown that the documentation does not name, when a picture does not stand
 * in the bytes, or when the process has grown. Prints the seed first, failing inputs in hex, and `N passed, N failed`
 * last; exit code 1 when any failed.
 * @module
 */
import { Buffer } from "node:buffer";
import { CaptureVideoError, type ErrorCode } from "../../lib/flow/errors.ts";
import { findJpeg } from "../../lib/jpeg/picture.ts";
import { jpegSize, withHuffmanTables } from "../../lib/jpeg/markers.ts";
import {
  encodeHeader,
  encodeMessage,
  type Message,
  MessageDecoder,
  type Sender,
} from "../protocol/all.ts";
import { cut as cutStream, standIn } from "../jpeg/cut_stream.ts";
import { fixture, FIXTURES } from "../jpeg/support.ts";
import { GUEST_MESSAGES, HOST_MESSAGES } from "../protocol/support.ts";
import { numbersOrExit } from "./arguments.ts";
import { cut, mutate, Random } from "./mutate.ts";

const DEFAULT_INPUTS = 1_000_000;
const DEFAULT_SEED = 20_260_101;
/** So many failing inputs are printed, the rest only counted. */
const MAX_PRINTED = 10;
/** How much the process may have grown at the end; garbage not collected yet counts, a leak adds up. */
const MAX_GROWTH_BYTES = 512 * 1024 * 1024;

/** What of an input is tried. */
interface Target {
  readonly corpus: readonly Uint8Array[];
  /** Throws an error that says what is wrong. */
  readonly check: (bytes: Uint8Array, random: Random) => void;
}

function decoderTarget(from: Sender, messages: readonly Message[]): Target {
  const unknown = new Uint8Array(12 + 30);
  unknown.set(encodeHeader({ type: 99, payloadBytes: 30 }));
  return {
    corpus: [...messages.map(encodeMessage), unknown],
    check(bytes, random) {
      const whole = decode(from, [bytes]);
      expectEqual(decode(from, cut(bytes, random)), whole);
    },
  };
}

function cutterTarget(): Target {
  return {
    corpus: FIXTURES.map((name) => fixture(name)),
    check(bytes, random) {
      const whole = cutJpegs([bytes]);
      expectEqual(cutJpegs(cut(bytes, random)), whole);
    },
  };
}

function markersTarget(): Target {
  return {
    corpus: FIXTURES.map((name) => fixture(name)),
    check(bytes) {
      const found = findJpeg(bytes);
      allowing("damaged-jpeg", () => jpegSize(bytes));
      const completed = withHuffmanTables(bytes);
      if (completed !== bytes && completed.length !== bytes.length + 420) {
        throw new Error(`withHuffmanTables() made ${completed.length} of ${bytes.length} bytes`);
      }
      if (found?.hasEnd && findJpeg(withHuffmanTables(found.jpeg))?.hasEnd !== true) {
        throw new Error("withHuffmanTables() changed the structure");
      }
    },
  };
}

/** A short account of everything that comes out. */
function decode(from: Sender, pieces: readonly Uint8Array[]): string {
  const decoder = new MessageDecoder<Sender>({ from });
  const account: string[] = [];
  const fault = allowing("protocol", () => {
    for (const piece of pieces) {
      for (const message of decoder.push(piece)) account.push(describe(message));
    }
  });
  const end = decoder.isBetweenMessages ? "end" : "cut short";
  return [...account, fault === undefined ? end : "fault"].join("\n");
}

function describe(message: Message): string {
  if (message.type !== "frame") return JSON.stringify(message);
  const { sequence, capturedAtMicros, jpeg } = message;
  return `frame ${sequence} ${capturedAtMicros} ${checksum(jpeg)}`;
}

function cutJpegs(pieces: readonly Uint8Array[]): string {
  const pictures = cutStream(pieces);
  if (!standIn(Buffer.concat(pieces), pictures)) {
    throw new Error("a picture came out that does not stand in the bytes");
  }
  if (!pictures.every(isWhole)) throw new Error("a picture came out that is not whole");
  return pictures.map(checksum).join(" ");
}

function isWhole(jpeg: Uint8Array): boolean {
  const found = findJpeg(jpeg);
  return found?.hasEnd === true && found.jpeg.length === jpeg.length;
}

/** Runs, and gives back the error if it is one that `run` may throw. */
function allowing(code: ErrorCode, run: () => void): CaptureVideoError | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof CaptureVideoError && error.code === code) return error;
    throw error;
  }
  return undefined;
}

function expectEqual(pieces: string, whole: string): void {
  if (pieces !== whole) throw new Error(`in pieces it gives\n${pieces}\nwhole it gives\n${whole}`);
}

function checksum(bytes: Uint8Array): string {
  let hash = 0;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return `${bytes.length}:${hash}`;
}

function main(): void {
  const defaults = [DEFAULT_INPUTS, DEFAULT_SEED];
  const [inputs = 0, seed = 0] = numbersOrExit("fuzz [inputs] [seed]", defaults);
  const targets = [
    decoderTarget("guest", GUEST_MESSAGES),
    decoderTarget("host", HOST_MESSAGES),
    cutterTarget(),
    markersTarget(),
  ];
  console.log(`${inputs} inputs, seed ${seed}`);
  const random = new Random(seed);
  const rssBefore = Deno.memoryUsage().rss;
  let failed = 0;
  for (let index = 0; index < inputs; index++) {
    const { corpus, check } = targets[index % targets.length]!;
    const bytes = mutate(corpus, random);
    try {
      check(bytes, random);
    } catch (error) {
      failed++;
      if (failed <= MAX_PRINTED) console.log(`input ${index}: ${error}\n${bytes.toHex()}`);
    }
  }
  const grownBytes = Deno.memoryUsage().rss - rssBefore;
  console.log(`memory: ${(grownBytes / 2 ** 20).toFixed()} MiB more than at the start`);
  if (grownBytes > MAX_GROWTH_BYTES) failed++;
  console.log(`${inputs - failed} passed, ${failed} failed`);
  if (failed > 0) Deno.exitCode = 1;
}

if (import.meta.main) main();
