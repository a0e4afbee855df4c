/**
 * The payloads that are JSON: HELLO, WELCOME, STATUS, BYE, VIEW and WANT.
 *
 * @module
 */
import { protocolError } from "./header.ts";
import {
  type ByeMessage,
  CAMERA_STATES,
  type HelloMessage,
  LISTED_STATES,
  MAX_CAMERAS,
  MAX_CHARACTERS,
  MAX_RELAY_CHARACTERS,
  MAX_RELAYS,
  MAX_VERSIONS,
  type StatusMessage,
  type ViewMessage,
  type WantMessage,
  type WelcomeMessage,
} from "./message_types.ts";
import {
  BOOLEAN,
  integer,
  integers,
  list,
  NOT_NEGATIVE,
  object,
  oneOf,
  optional,
  POSITIVE,
  text,
} from "./rules.ts";

/** A message whose payload is JSON. */
export type JsonMessage =
  | HelloMessage
  | WelcomeMessage
  | StatusMessage
  | ByeMessage
  | ViewMessage
  | WantMessage;

const MAX_VERSION = 255;
/** The largest side that a JPEG can have, in pixels. */
const MAX_PIXELS = 65_535;

const MAX_QUALITY = 100;

const VIEW = optional(object({ width: integer(1, MAX_PIXELS), height: integer(1, MAX_PIXELS) }));

const CHANNELS = optional(list(MAX_RELAYS, text(MAX_RELAY_CHARACTERS)));

const RULES = {
  hello: object({
    versions: integers(MAX_VERSIONS, MAX_VERSION),
    program: text(MAX_CHARACTERS.program),
    maxFps: optional(POSITIVE),
    view: VIEW,
    camera: optional(text(MAX_CHARACTERS.camera)),
    list: optional(BOOLEAN),
    relays: CHANNELS,
  }),
  welcome: object({
    version: integer(1, MAX_VERSION),
    host: text(MAX_CHARACTERS.host),
    source: object({
      description: text(MAX_CHARACTERS.description),
      width: integer(0, MAX_PIXELS),
      height: integer(0, MAX_PIXELS),
      fps: NOT_NEGATIVE,
      format: text(MAX_CHARACTERS.format),
    }),
    views: optional(BOOLEAN),
    camera: optional(text(MAX_CHARACTERS.camera)),
    cameras: optional(list(
      MAX_CAMERAS,
      object({
        name: text(MAX_CHARACTERS.camera),
        state: oneOf(LISTED_STATES),
        description: text(MAX_CHARACTERS.description),
      }),
    )),
    via: CHANNELS,
  }),
  status: object({
    camera: oneOf(CAMERA_STATES),
    why: optional(text(MAX_CHARACTERS.why)),
  }),
  bye: object({
    reason: text(MAX_CHARACTERS.reason),
    retry: optional(BOOLEAN),
    private: optional(BOOLEAN),
  }),
  view: object({ view: VIEW }),
  want: object({
    isWanted: BOOLEAN,
    width: integer(1, MAX_PIXELS),
    height: integer(1, MAX_PIXELS),
    fps: POSITIVE,
    quality: integer(0, MAX_QUALITY),
  }),
};

const utf8Encoder = new TextEncoder();
/** A byte order mark is left where it stands, so that it is refused as what it is: no JSON. */
const utf8Decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The message's fields as JSON. Text is made printable and cut to its limit.
 *
 * @throws {TypeError} when a field breaks its rule
 */
export function encodeJsonPayload(message: JsonMessage): Uint8Array<ArrayBuffer> {
  // Reading back what is sent applies the receiver's rules, and drops what is no field.
  const where = message.type.toUpperCase();
  return utf8Encoder.encode(
    JSON.stringify(RULES[message.type](message, { where, shortens: true })),
  );
}

/**
 * The message in a payload, of the type that its header says.
 *
 * @throws {CaptureVideoError} `"protocol"`, naming the field and what is wrong with it
 */
export function decodeJsonPayload(type: JsonMessage["type"], payload: Uint8Array): JsonMessage {
  const where = type.toUpperCase();
  let value: unknown;
  try {
    value = JSON.parse(utf8Decoder.decode(payload));
  } catch (cause) {
    throw protocolError(`the payload of ${where} is not JSON in UTF-8`, { cause });
  }
  try {
    return { type, ...RULES[type](value, { where }) } as JsonMessage;
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw protocolError(cause.message, { cause });
  }
}
