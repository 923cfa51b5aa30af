import type { Figure, Metric } from '../benchmark.ts';
import { limitText } from './limit-text.ts';

const HEAD = ['metric', 'value', 'unit', 'limit', 'trials', 'reference'] as const;

/** The figures for people, in columns. */
export function figureTable(figures: readonly Figure[], metrics: readonly Metric[]): string {
  const rows = [HEAD, HEAD.map((title) => '-'.repeat(title.length)), ...figureRows(figures, metrics)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The same as a table in Markdown. */
export function figureMarkdown(figures: readonly Figure[], metrics: readonly Metric[]): string {
  const rows = figureRows(figures, metrics).map(([metric = '', ...rest]) => [`\`${metric}\``, ...rest]);
  return [HEAD, HEAD.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function figureRows(figures: readonly Figure[], metrics: readonly Metric[]): string[][] {
  return figures.map(({ metric, value, unit, reference, trials }) => {
    const declared = metrics.find((each) => each.metric === metric);
    const limit = declared === undefined ? '' : limitText(declared);
    return [metric, String(value), unit, limit, String(trials), reference];
  });
}
