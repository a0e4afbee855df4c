/**
 * What is published beside a camera's pictures: WELCOME and STATUS as one JSON object, with some
 * fields of its own.
 *
 * @module
 */

import { decodeJsonPayload, encodeJsonPayload } from "../protocol/json_payloads.ts";
import { MAX_CONTROL_PAYLOAD_BYTES, protocolError } from "../protocol/header.ts";
import { MAX_CHARACTERS, type StatusMessage, type WelcomeMessage } from "../protocol/messages.ts";
import { integer, object, optional, text } from "../protocol/rules.ts";

/** How a camera is, and whose it is. */
export interface NatsState {
  readonly welcome: WelcomeMessage;
  readonly status: StatusMessage;
  /** Another one each time that a host is started: its pictures are counted from 1 again. */
  readonly run: string;
  /** What to add to the host's clock to get Unix time, by its computer's clock, in microseconds. */
  readonly clockToUnixMicros: number;
  /** Why there will be no more; nothing while there will. */
  readonly end?: string | undefined;
}

const MAX_RUN_CHARACTERS = 64;

const OWN_FIELDS = object({
  run: text(MAX_RUN_CHARACTERS),
  clockToUnixMicros: integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  end: optional(text(MAX_CHARACTERS.reason)),
});

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The state as it is published. */
export function encodeState({ welcome, status, ...own }: NatsState): Uint8Array {
  const fields = (message: WelcomeMessage | StatusMessage) =>
    JSON.parse(decoder.decode(encodeJsonPayload(message)));
  const mine = OWN_FIELDS(own, { where: "the state", shortens: true });
  const state = { welcome: fields(welcome), status: fields(status), ...mine };
  return encoder.encode(JSON.stringify(state));
}

/**
 * The state that was published.
 *
 * @throws {CaptureVideoError} `protocol`, naming the field and what is wrong with it
 */
export function decodeState(bytes: Uint8Array): NatsState {
  if (bytes.length > MAX_CONTROL_PAYLOAD_BYTES) {
    throw protocolError(`the state has ${bytes.length} bytes`);
  }
  try {
    const state: unknown = JSON.parse(decoder.decode(bytes));
    const own = OWN_FIELDS(state, { where: "the state" });
    const { welcome, status } = state as Record<string, unknown>;
    return {
      welcome: messageOf("welcome", welcome) as WelcomeMessage,
      status: messageOf("status", status) as StatusMessage,
      ...own,
    };
  } catch (cause) {
    if (cause instanceof SyntaxError) throw protocolError("the state is not JSON", { cause });
    if (!(cause instanceof TypeError)) throw cause;
    throw protocolError(cause.message, { cause });
  }
}

/** The message that has these fields. */
function messageOf(type: "welcome" | "status", fields: unknown) {
  return decodeJsonPayload(type, encoder.encode(JSON.stringify(fields)));
}
