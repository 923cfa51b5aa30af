export const OPERATIONS_PAGE = 'docs/operations.md';

const METRIC = /^(?:cairn|nodejs|process)_[a-z0-9_]+$/;

/** What is wrong with the page: metrics that it names and nobody has, and metrics that it does not name. */
export function compareMetrics(mentions: readonly string[], registered: readonly string[]): string[] {
  const documented = new Set(mentions.filter((text) => METRIC.test(text)));
  const known = new Set(registered);
  return [
    ...[...documented].filter((name) => !known.has(name)).map((name) => `${name}: there is no such metric`),
    ...[...known].filter((name) => !documented.has(name)).map((name) => `${name}: is not described`),
  ].sort();
}
