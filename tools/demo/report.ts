import path from 'node:path';
import type { AssetRun } from './asset-run.ts';
import { isSound } from './asset-run.ts';
import { sumOfSizes } from './hash-files.ts';
import { sizeText } from './progress.ts';

const COLUMNS = ['asset', 'kind', 'files', 'size', 'downloads', 'result'] as const;

/** The outcome as a table, the reasons of what went wrong, and where to look at the rest. */
export function reportText(runs: readonly AssetRun[], url: string, thumbnails: string): string {
  const rows = runs.map((run) => [
    run.source.name,
    run.source.kind,
    String(run.source.files.length),
    sizeText(sumOfSizes(run.source.files)),
    `${run.downloadsBefore} -> ${run.downloadsAfter}`,
    isSound(run) ? 'right' : 'WRONG',
  ]);
  const faults = runs
    .filter((run) => !isSound(run))
    .map((run) => `${run.source.name}:\n${indent(run.faults.join('\n'))}`);
  const places = runs.flatMap(({ source, asset }) => {
    if (asset === undefined) return [];
    const pictures = asset.images.flatMap((image) => image.variants.at(-1)?.url ?? []);
    return [`${source.name}:`, `  ${url}/v1/assets/${asset.asin}`, ...pictures.map((each) => `  ${each}`)];
  });
  return [
    table([[...COLUMNS], ...rows]),
    ...(faults.length === 0 ? [] : ['', 'What is wrong:', ...faults]),
    ...(places.length === 0 ? [] : ['', 'Where to look (records and pictures):', ...places]),
    '',
    `Thumbnails to look at: ${path.relative('', thumbnails) || thumbnails}`,
    `All of the API:        ${url}/openapi.json`,
  ].join('\n');
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

const indent = (text: string): string => text.replaceAll(/^/gm, '  ');
