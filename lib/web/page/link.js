// @ts-check
/**
 * The way to the host: a WebSocket, or requests where none opens.
 *
 * @module
 */

/** How long a WebSocket may take to open, in milliseconds. */
const OPEN_WITHIN_MS = 4000;

/** How long the host may take to begin its answer to a request, in milliseconds. */
const ANSWER_WITHIN_MS = 10_000;

/** For so long no WebSocket is tried where one did not open, in milliseconds: networks change. */
const REFUSED_FOR_MS = 60_000;

/**
 * @typedef {object} Address
 * @property {string} path
 * @property {string} [query]
 *
 * @typedef {object} Link
 * @property {(bytes: Uint8Array<ArrayBuffer>) => void} send
 * @property {() => void} close
 * @property {"websocket" | "requests"} over
 *
 * @typedef {object} LinkEvents
 * @property {(bytes: Uint8Array) => void} onBytes
 * @property {(why: string) => void} onEnd called once
 */

/** The host wants its key first. */
export class KeyNeeded extends Error {}

/** Until when a WebSocket is not tried: one did not open, while requests did. */
let refusedUntilMs = 0;

/**
 * Connects.
 *
 * @param {Address} address
 * @param {LinkEvents} events
 * @returns {Promise<Link>}
 * @throws {KeyNeeded}
 */
export async function connect({ path, query }, events) {
  const url = new URL(path, location.href);
  if (query) url.search = query;
  if (performance.now() >= refusedUntilMs) {
    const link = await overWebSocket(url, events);
    if (link) return link;
  }
  const link = await overRequests(url, events);
  refusedUntilMs = performance.now() + REFUSED_FOR_MS;
  return link;
}

/**
 * @param {URL} url
 * @param {LinkEvents} events
 * @returns {Promise<Link | undefined>} `undefined` where it does not open
 */
function overWebSocket({ href }, { onBytes, onEnd }) {
  return new Promise((resolve) => {
    /** @type {WebSocket} */
    let socket;
    try {
      socket = new WebSocket(href.replace(/^http/, "ws"));
    } catch {
      return resolve(undefined);
    }
    let isOpen = false;
    const timer = setTimeout(() => socket.close(), OPEN_WITHIN_MS);
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => onBytes(new Uint8Array(data));
    socket.onopen = () => {
      isOpen = true;
      clearTimeout(timer);
      resolve({
        over: "websocket",
        send: (bytes) => socket.send(bytes),
        close: () => socket.close(),
      });
    };
    socket.onclose = () => {
      clearTimeout(timer);
      if (isOpen) onEnd("the connection was lost");
      else resolve(undefined);
    };
  });
}

/**
 * @param {URL} url
 * @param {LinkEvents} events
 * @returns {Promise<Link>}
 */
async function overRequests(url, { onBytes, onEnd }) {
  const stop = new AbortController();
  const { signal } = stop;
  /** @param {string} url @param {RequestInit} [request] */
  const ask = async (url, request) => {
    const late = new Error("the host does not answer");
    const timer = setTimeout(() => stop.abort(late), ANSWER_WITHIN_MS);
    try {
      return await fetch(url, { ...request, signal });
    } finally {
      clearTimeout(timer);
    }
  };
  const made = await ask(url.href, { method: "POST" });
  if (made.status === 401) throw new KeyNeeded();
  if (!made.ok) throw new Error((await made.text()).trim() || `the host answers ${made.status}`);
  const { name } = await made.json();
  const own = `${url.pathname}/${name}`;

  /** @type {Uint8Array<ArrayBuffer>[]} */
  let waiting = [];
  let isSending = false;
  let isOver = false;
  /** @param {string} why */
  const end = (why) => {
    if (isOver) return;
    isOver = true;
    stop.abort();
    onEnd(why);
  };
  const send = async () => {
    isSending = true;
    // One after another: they must not overtake each other.
    while (waiting.length > 0) {
      const body = new Blob(waiting);
      waiting = [];
      const answer = await ask(own, { method: "POST", body });
      if (!answer.ok) throw new Error(`the host answers ${answer.status}`);
    }
    isSending = false;
  };
  const receive = async () => {
    const answer = await ask(own);
    if (!answer.ok || !answer.body) throw new Error(`the host answers ${answer.status}`);
    const reader = answer.body.getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      onBytes(piece.value);
    }
    end("the connection was lost");
  };
  receive().catch(() => end("the connection was lost"));
  return {
    over: "requests",
    send: (bytes) => {
      waiting.push(bytes);
      if (!isSending) send().catch(() => end("the connection was lost"));
    },
    close: () => end("closed"),
  };
}
