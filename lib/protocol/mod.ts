/**
 * The wire protocol: pure code that never touches a socket.
 *
 * @example
 * ```ts
 * import { encodeMessage, MessageDecoder } from "./mod.ts";
 *
 * const decoder = new MessageDecoder({ from: "guest" });
 * const hello = encodeMessage({ type: "hello", versions: [1], program: "example" });
 * const [message] = decoder.push(hello);
 * console.assert(message?.type === "hello");
 * ```
 * @module
 */
export * from "./decoder.ts";
export * from "./header.ts";
export * from "./messages.ts";
