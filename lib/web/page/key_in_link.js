// @ts-check
/// <reference lib="dom" />
/**
 * The host's key behind the `#` of a link.
 *
 * @module
 */

/**
 * Takes it, so that neither the address bar nor the history keeps it; `""` where there is none.
 */
export function keyInLink() {
  const { hash, pathname, search } = location;
  if (hash === "") return "";
  history.replaceState(null, "", pathname + search);
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    // Whatever that is, it is no key.
    return hash.slice(1);
  }
}
