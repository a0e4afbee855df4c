/**
 * The payloads that are JSON: HELLO, WELCOME, STATUS and BYE.
 *
 * @example
 * ```ts
 * import { decodeJsonPayload, encodeJsonPayload } from "./json_payloads.ts";
 *
 * const payload = encodeJsonPayload({ type: "bye", reason: "enough seen" });
 * console.assert(decodeJsonPayload("bye", payload).type === "bye");
 * ```
 * @module
 */
import { Fields } from "./fields.ts";
import { protocolError } from "./header.ts";
import {
  type ByeMessage,
  CAMERA_STATES,
  type HelloMessage,
  MAX_CHARACTERS,
  MAX_VERSIONS,
  type StatusMessage,
  type WelcomeMessage,
} from "./message_types.ts";
import { printable, shorten } from "../text/printable.ts";

/** A message whose payload is JSON. */
export type JsonMessage = HelloMessage | WelcomeMessage | StatusMessage | ByeMessage;

const VERSION_RANGE = { min: 1, max: 255 };
/** The largest side that a JPEG can have, in pixels. */
const PIXELS_RANGE = { min: 0, max: 65_535 };

const READERS: { readonly [Type in JsonMessage["type"]]: (value: unknown) => JsonMessage } = {
  hello: readHello,
  welcome: readWelcome,
  status: readStatus,
  bye: readBye,
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
  const { type: _, ...fields } = READERS[message.type](withTextCut(message));
  return utf8Encoder.encode(JSON.stringify(fields));
}

/**
 * The message in a payload, of the type that its header says.
 *
 * @throws {CaptureVideoError} `"protocol"`, naming the field and what is wrong with it
 */
export function decodeJsonPayload(type: JsonMessage["type"], payload: Uint8Array): JsonMessage {
  let value: unknown;
  try {
    value = JSON.parse(utf8Decoder.decode(payload));
  } catch (cause) {
    throw protocolError(`the payload of ${type.toUpperCase()} is not JSON in UTF-8`, { cause });
  }
  try {
    return READERS[type](value);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw protocolError(cause.message, { cause });
  }
}

function readHello(value: unknown): HelloMessage {
  const fields = new Fields("HELLO", value);
  const hello = {
    type: "hello",
    versions: fields.integers("versions", { ...VERSION_RANGE, maxCount: MAX_VERSIONS }),
    program: fields.text("program", MAX_CHARACTERS.program),
  } as const;
  return fields.has("maxFps") ? { ...hello, maxFps: fields.positive("maxFps") } : hello;
}

function readWelcome(value: unknown): WelcomeMessage {
  const fields = new Fields("WELCOME", value);
  const source = fields.object("source");
  return {
    type: "welcome",
    version: fields.integer("version", VERSION_RANGE),
    host: fields.text("host", MAX_CHARACTERS.host),
    source: {
      description: source.text("description", MAX_CHARACTERS.description),
      width: source.integer("width", PIXELS_RANGE),
      height: source.integer("height", PIXELS_RANGE),
      fps: source.notNegative("fps"),
      format: source.text("format", MAX_CHARACTERS.format),
    },
  };
}

function readStatus(value: unknown): StatusMessage {
  const fields = new Fields("STATUS", value);
  const status = { type: "status", camera: fields.oneOf("camera", CAMERA_STATES) } as const;
  return fields.has("why") ? { ...status, why: fields.text("why", MAX_CHARACTERS.why) } : status;
}

function readBye(value: unknown): ByeMessage {
  const fields = new Fields("BYE", value);
  const bye = { type: "bye", reason: fields.text("reason", MAX_CHARACTERS.reason) } as const;
  return fields.has("retry") ? { ...bye, retry: fields.boolean("retry") } : bye;
}

function withTextCut(message: JsonMessage): JsonMessage {
  switch (message.type) {
    case "hello":
      return { ...message, program: fit(message.program, MAX_CHARACTERS.program) };
    case "welcome": {
      const { source } = message;
      const description = fit(source.description, MAX_CHARACTERS.description);
      const format = fit(source.format, MAX_CHARACTERS.format);
      const host = fit(message.host, MAX_CHARACTERS.host);
      return { ...message, host, source: { ...source, description, format } };
    }
    case "status":
      if (message.why === undefined) return message;
      return { ...message, why: fit(message.why, MAX_CHARACTERS.why) };
    case "bye":
      return { ...message, reason: fit(message.reason, MAX_CHARACTERS.reason) };
  }
}

function fit(text: string, maxCharacters: number): string {
  return shorten(printable(text), maxCharacters);
}
