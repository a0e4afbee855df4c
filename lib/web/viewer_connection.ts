/**
 * What both kinds of a page's connection have: a WebSocket, and one made of requests.
 *
 * @module
 */

/** What waits to be read may be so long, in bytes: all that a viewer says in half a minute. */
export const MAX_WAITING_BYTES = 64 * 1024;

/** The error of a connection that is no more, as `isDisconnect` knows it. */
export function browserGone(): Error {
  return new Deno.errors.ConnectionReset("the browser has closed the connection");
}
