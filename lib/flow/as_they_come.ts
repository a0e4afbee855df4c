/**
 * What is asked of several side by side, as the answers come.
 *
 * @example
 * ```ts
 * import { asTheyCome } from "./as_they_come.ts";
 *
 * const hosts = async function* () {
 *   yield* ["studio", "workshop"];
 * };
 * const cameras = asTheyCome(hosts, (host) => Promise.resolve([`${host}/front`, `${host}/desk`]));
 * for await (const camera of cameras) console.assert(camera.includes("/"));
 * ```
 * @module
 */

/**
 * What each of the items leads to.
 *
 * - Order: that of the answers; what one item leads to stays together.
 * - End: when all have answered. Where nobody reads on, or one fails, `over` is aborted and nothing
 *   more is asked.
 *
 * @param items which may come one after another
 * @param ask what an item leads to; what it throws ends the reading
 */
export function asTheyCome<Item, Answer>(
  items: (over: AbortSignal) => AsyncIterable<Item>,
  ask: (item: Item, over: AbortSignal) => Promise<readonly Answer[]>,
): ReadableStream<Answer> {
  const over = new AbortController();
  const { signal } = over;
  const askAll = async (answers: ReadableStreamDefaultController<Answer>) => {
    const fail = (error: unknown) => {
      over.abort();
      answers.error(error);
    };
    const take = (taken: readonly Answer[]) => {
      if (!signal.aborted) taken.forEach((answer) => answers.enqueue(answer));
    };
    const asking: Promise<void>[] = [];
    try {
      for await (const item of items(signal)) {
        if (signal.aborted) return;
        asking.push(ask(item, signal).then(take).catch(fail));
      }
    } catch (error) {
      return fail(error);
    }
    await Promise.all(asking);
    if (!signal.aborted) answers.close();
  };
  return new ReadableStream({
    start: (answers) => void askAll(answers),
    cancel: () => over.abort(),
  });
}
