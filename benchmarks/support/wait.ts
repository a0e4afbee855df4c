/**
 * Waiting for a condition, or for the time that a measurement takes.
 *
 * @module
 */

/** How long {@linkcode waitFor} waits in all, and between two looks, in milliseconds. */
const PATIENCE_MS = 20_000;
const LOOK_MS = 20;

/** Waits. */
export function passTime(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Waits until a condition holds.
 *
 * @param what names what is waited for
 * @throws {Error} when it does not hold after 20 s
 */
export async function waitFor(
  what: string,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while (!await condition()) {
    if (Date.now() > until) throw new Error(`Cannot go on: ${what} did not come up`);
    await passTime(LOOK_MS);
  }
}

/** Whether somebody accepts connections on a port of the loopback interface. */
export async function accepts(port: number): Promise<boolean> {
  try {
    using _connection = await Deno.connect({ hostname: "127.0.0.1", port });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    throw error;
  }
}
