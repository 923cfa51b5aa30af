/**
 * The keys of objects that a record names, wherever in it they are: every text below the asset's own prefix.
 * So a record that comes to name one more kind of object keeps it from being removed.
 */
export function namedKeys(record: unknown, asin: string): Set<string> {
  const keys = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value === 'string' && value.startsWith(`${asin}/`)) keys.add(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(look);
  };
  look(record);
  return keys;
}
