/**
 * Asking a host by NATS what time it is there.
 *
 * @module
 */

import { type NatsConnection, RequestError } from "@nats-io/transport-node";
import { CaptureVideoError } from "../flow/errors.ts";
import { type Exchange, Heartbeat } from "../peer/heartbeat.ts";
import { encodeMessage } from "../protocol/messages.ts";
import { messageIn } from "./message.ts";

/** Why there is no answer; `forbidden`: the server does not let us ask. */
export type NoAnswer = "silent" | "nobody" | "forbidden";

/** Who is asked, and how. */
export interface TimeQuestion {
  readonly connection: NatsConnection;
  /** Where hosts are asked. */
  readonly subject: string;
  /** The monotonic clock, in microseconds. */
  readonly now: () => number;
  /** How long an answer is waited for, in milliseconds. */
  readonly limitMs: number;
}

/** Asks once. */
export async function askTime(
  { connection, subject, now, limitMs }: TimeQuestion,
): Promise<Exchange | NoAnswer> {
  const heartbeat = new Heartbeat(now(), () => 0);
  const ping = encodeMessage(heartbeat.next(now())!);
  try {
    const { data } = await connection.request(subject, ping, { timeout: limitMs });
    heartbeat.heard(now());
    return heartbeat.answered(messageIn(data, "pong")) ?? "silent";
  } catch (error) {
    const why = noAnswerIn(error);
    if (why === undefined) throw error;
    return why;
  }
}

/** What an error says of asking; `undefined` for one that cannot come of it. */
function noAnswerIn(error: unknown): NoAnswer | undefined {
  if (error instanceof CaptureVideoError) return "silent"; // that was no PONG
  if (!(error instanceof Error)) return undefined;
  if (error instanceof RequestError && error.isNoResponders()) return "nobody";
  switch ((error.cause instanceof Error ? error.cause : error).name) {
    case "NoResponders":
      return "nobody";
    case "PermissionViolationError":
      return "forbidden";
    case "TimeoutError":
    case "RequestError":
    case "ClosedConnectionError":
    case "DrainingConnectionError":
      return "silent";
    default:
      return undefined;
  }
}
