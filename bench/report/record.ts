/** Where a benchmark's figures stand in docs/performance.md. */
const markers = (name: string) => ({ begin: `<!-- figures: ${name} -->`, end: `<!-- end of ${name} -->` });

/** The page with the figures of one benchmark replaced; throws when it has no place for them. */
export function recordFigures(page: string, name: string, text: string): string {
  const { begin, end } = markers(name);
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the page has no figures of ${name}`);
  return `${page.slice(0, from + begin.length)}\n${text}\n${page.slice(to)}`;
}
