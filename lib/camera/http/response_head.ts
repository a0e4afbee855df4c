/**
 * The head of an HTTP answer, read as tolerantly as cameras need it.
 *
 * @module
 */

/** Longer heads are refused, in bytes. */
export const MAX_HEAD_BYTES = 256 * 1024;

/** What stands in front of an answer's content. */
export interface ResponseHead {
  /** HTTP's number; 200 where the camera leaves the status line out. */
  readonly status: number;
  /** Whether it is HTTP/1.1, which keeps connections open. */
  readonly isPersistent: boolean;
  /** Values by lower-case names, in order. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

/** The first value of a header, or nothing. */
export function header({ headers }: ResponseHead, name: string): string {
  return headers.get(name)?.[0] ?? "";
}

/** Reads a head, without the empty line behind it. */
export function parseHead(text: string): ResponseHead {
  const lines = text.split("\n").map((line) => line.trim());
  const status = STATUS_LINE.exec(lines[0] ?? "");
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const [, name, value = ""] = HEADER.exec(line) ?? [];
    if (name === undefined) continue;
    const key = name.toLowerCase();
    const values = headers.get(key);
    if (values) values.push(value);
    else headers.set(key, [value]);
  }
  const isPersistent = status?.[1] === "1.1" &&
    !/close/i.test(headers.get("connection")?.[0] ?? "");
  return { status: status ? Number(status[2]) : 200, isPersistent, headers };
}

/**
 * Where the head in `bytes` ends and the content begins: equal where there is no head at all, as
 * from the first servers on the web; `undefined` while that cannot be told.
 */
export function findHead(bytes: Uint8Array): { end: number; contentAt: number } | undefined {
  const firstBreak = bytes.indexOf(0x0a);
  const firstLine = latin1.decode(bytes.subarray(0, firstBreak < 0 ? MAX_LINE : firstBreak)).trim();
  const isHead = STATUS_LINE.test(firstLine) || HEADER.test(firstLine);
  if (bytes[0] === 0xff || firstLine.startsWith("--") || firstBreak >= 0 && !isHead) {
    return { end: 0, contentAt: 0 };
  }
  for (let at = firstBreak; at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    const next = bytes[at + 1] === 0x0d ? at + 2 : at + 1;
    if (bytes[next] === 0x0a) return { end: at, contentAt: next + 1 };
  }
  return undefined;
}

const STATUS_LINE = /^(?:HTTP(?:\/(\d(?:\.\d)?))?|ICY) +(\d{3})\b/i;
const HEADER = /^([\w-]+)\s*:\s*(.*)$/;
const MAX_LINE = 4096;

const latin1 = new TextDecoder("latin1");
