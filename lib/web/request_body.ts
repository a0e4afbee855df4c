/**
 * The body of a request, where nobody is trusted to send a short one, or to send it soon.
 *
 * @module
 */

/** How long a body may take, in milliseconds, besides what its bytes take on a slow link. */
const BODY_WITHIN_MS = 5000;
/** The slowest link that counts, in bytes a millisecond: pictures come as bodies too. */
const SLOWEST_BYTES_PER_MS = 16;

/** So much of a body that is of no use is read, in bytes, and for so long, in milliseconds. */
const MAX_UNWANTED_BYTES = 1024 * 1024;
const UNWANTED_WITHIN_MS = 500;

/** A body, or the status to answer with. */
export type Body = { readonly bytes: Uint8Array } | { readonly status: 400 | 408 | 411 | 413 };

/** Reads a body, of at most so many bytes; its length is known before memory is taken. */
export async function readBody(request: Request, maxBytes: number): Promise<Body> {
  const length = request.headers.get("Content-Length");
  if (length === null || !/^\d{1,15}$/.test(length)) return { status: 411 };
  if (Number(length) > maxBytes) return { status: 413 };
  const bytes = new Uint8Array(Number(length));
  if (!request.body) return bytes.length === 0 ? { bytes } : { status: 400 };
  const reader = request.body.getReader();
  const withinMs = BODY_WITHIN_MS + bytes.length / SLOWEST_BYTES_PER_MS;
  let isLate = false;
  // A promise that all pieces race against would keep them, each in a large buffer of its own.
  const timer = setTimeout(() => {
    isLate = true;
    reader.cancel().catch(() => {});
  }, withinMs);
  try {
    for (let filled = 0;;) {
      const piece = await reader.read();
      if (isLate) return { status: 408 };
      if (piece.done && filled < bytes.length) return { status: 400 };
      if (piece.done) return { bytes };
      if (filled + piece.value.length > bytes.length) return { status: 413 };
      bytes.set(piece.value, filled);
      filled += piece.value.length;
    }
  } catch {
    // The browser went away in the middle of it.
    return { status: 400 };
  } finally {
    clearTimeout(timer);
    await reader.cancel().catch(() => {});
  }
}

/**
 * Reads what nobody has read, and forgets it: over HTTP/2 some clients lose an answer that comes
 * before they have sent all.
 */
export async function hearOut(request: Request): Promise<void> {
  // That of a request that a WebSocket was opened with counts as used.
  if (request.bodyUsed || !request.body) return;
  let left = MAX_UNWANTED_BYTES;
  const nowhere = new WritableStream<Uint8Array>({
    write: ({ length }, controller) => {
      left -= length;
      if (left < 0) controller.error();
    },
  });
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), UNWANTED_WITHIN_MS);
  // Who says too much, or nothing, or has gone, has had the chance.
  await request.body.pipeTo(nowhere, { signal: late.signal }).catch(() => {});
  clearTimeout(timer);
}
