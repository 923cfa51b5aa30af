/**
 * The parts of an UpdateItem that sets the given attributes and removes those that are undefined: `#name`
 * and `:name` for each, so that a condition beside it can use the same names.
 */
export function setExpression(changes: Readonly<Record<string, unknown>>): {
  expression: string;
  names: Record<string, string>;
  values: Record<string, unknown>;
} {
  const present = Object.entries(changes).filter(([, value]) => value !== undefined);
  const absent = Object.keys(changes).filter((name) => changes[name] === undefined);
  const sets = present.map(([name]) => `#${name} = :${name}`).join(', ');
  const removes = absent.map((name) => `#${name}`).join(', ');
  return {
    expression: [sets && `SET ${sets}`, removes && `REMOVE ${removes}`].filter(Boolean).join(' '),
    names: Object.fromEntries(Object.keys(changes).map((name) => [`#${name}`, name])),
    values: Object.fromEntries(present.map(([name, value]) => [`:${name}`, value])),
  };
}
