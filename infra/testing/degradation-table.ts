import { readFileSync } from 'node:fs';
import type { AwsService } from '../local/faults/call.ts';
import type { ServiceName } from '../resource-types.ts';

/** In the order of the columns: nothing is away, then each dependency. */
export const COLUMNS = ['nothing', 'dynamodb', 's3', 'sqs', 'sns', 'auth'] as const;
export type Away = AwsService | 'auth';
export type Column = (typeof COLUMNS)[number];

/** Answers by request: a status, with the code of its problem where it is one. */
export type Answers = Readonly<Record<string, string>>;

/** What docs/operations.md says that a service answers while something is away. */
export function degradationTable(service: ServiceName): Readonly<Record<Column, Answers>> {
  const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const rows = rowsBelow(page, `| ${service} is asked |`);
  const columnOf = (index: number): Answers =>
    Object.fromEntries(rows.map(([request = '', ...cells]) => [request, cells[index] ?? '']));
  return Object.fromEntries(COLUMNS.map((column, index) => [column, columnOf(index)])) as Record<
    Column,
    Answers
  >;
}

function rowsBelow(page: string, header: string): string[][] {
  const lines = page.split('\n');
  const start = lines.findIndex((line) => line.startsWith(header));
  if (start === -1) throw new Error(`docs/operations.md has no table that begins with ${header}`);
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'));
  // Below the header is the line that makes it one.
  return lines.slice(start + 2, start + length).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.replaceAll('`', '').trim()),
  );
}
