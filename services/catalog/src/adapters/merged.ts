/** Pulls from all sources at once and yields in the order of arrival. The first failure ends it. */
export async function* merged<T>(sources: readonly AsyncIterable<T>[]): AsyncIterable<T> {
  const pull = (iterator: AsyncIterator<T>) => {
    const next = iterator.next().then((result) => ({ iterator, result }));
    // Where the reader stops early, nobody is left to hear of a failure.
    next.catch(() => undefined);
    return next;
  };
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  const pulling = new Map(iterators.map((iterator) => [iterator, pull(iterator)]));
  while (pulling.size > 0) {
    const { iterator, result } = await Promise.race(pulling.values());
    if (result.done === true) {
      pulling.delete(iterator);
      continue;
    }
    pulling.set(iterator, pull(iterator));
    yield result.value;
  }
}
