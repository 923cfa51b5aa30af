/**
 * Makes something of each object once, for as long as somebody holds it: a replica's records are never changed, only
 * replaced, and the public sees the same of one until then.
 */
export function kept<Source extends object, Value>(
  make: (source: Source) => Value,
): (source: Source) => Value {
  const made = new WeakMap<Source, Value>();
  return (source) => {
    let value = made.get(source);
    if (value === undefined) {
      value = make(source);
      made.set(source, value);
    }
    return value;
  };
}

export const keptJson = <Source extends object>(
  render: (source: Source) => unknown,
): ((source: Source) => string) => kept((source) => JSON.stringify(render(source)));
