/**
 * Which addresses only this computer can reach.
 *
 * @module
 */

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/i;

/** Whether nobody but this computer can reach, or be reached at, that name or address. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}
