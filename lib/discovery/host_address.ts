/**
 * Which addresses a host can have that was heard of in the network.
 *
 * @module
 */

/** This computer, nobody, groups and everybody: whoever connects there reaches no host. */
const NO_HOST = [
  /^(?:0|127|22[4-9]|2[34]\d|25[0-5])\./,
  /^::$/,
  /^::1$/,
  /^::ffff:/i,
  /^ff/i,
];

const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f:]*:[\da-f:.]*)$/i;

/** Whether the text is an address that another computer can have. */
export function isHostAddress(text: string): boolean {
  return ADDRESS.test(text) && !NO_HOST.some((pattern) => pattern.test(text));
}
