/**
 * Renders each object once, for as long as somebody holds it: a replica's records are never changed, only
 * replaced, and the public sees the same of one until then.
 */
export function keptJson<Source extends object>(
  render: (source: Source) => unknown,
): (source: Source) => string {
  const kept = new WeakMap<Source, string>();
  return (source) => {
    let text = kept.get(source);
    if (text === undefined) {
      text = JSON.stringify(render(source));
      kept.set(source, text);
    }
    return text;
  };
}
