import type { DownloadGrant } from './download-grant.ts';

/** Where a row is: rows of one scope are read together, and add up to one row of the scope above. */
export interface RowKey {
  readonly scope: string;
  readonly entry: string;
}

/** One step of the way up: what is in `scope` adds up to `total`. */
export interface TreeStep {
  readonly scope: string;
  readonly total: RowKey;
}

/** Scopes below an asset's own, down to the sheets: month, day, hour, minute, sheet. */
const LEVELS = 5;

const minuteOf = (at: string): string => at.slice(0, 16);
const hourOf = (at: string): string => at.slice(0, 13);
const dayOf = (at: string): string => at.slice(0, 10);
const monthOf = (at: string): string => at.slice(0, 7);

type Placed = Pick<DownloadGrant, 'asin' | 'at' | 'sheet'>;

/** Where the marker of a grant is. It comes from the grant alone, so a repeat finds it. */
export const sheetScope = ({ asin, at, sheet }: Placed): string => `${asin}#${minuteOf(at)}#${sheet}`;

/**
 * From the sheet of a grant to the total of its asset, each step small: at most some hundred sheets a minute,
 * 60 minutes an hour, 24 hours, 31 days, 12 months a year.
 */
export function wayUp(grant: Placed): TreeStep[] {
  const { asin, at } = grant;
  return [
    { scope: sheetScope(grant), total: { scope: `${asin}#${minuteOf(at)}`, entry: grant.sheet } },
    { scope: `${asin}#${minuteOf(at)}`, total: { scope: `${asin}#${hourOf(at)}`, entry: minuteOf(at) } },
    { scope: `${asin}#${hourOf(at)}`, total: { scope: `${asin}#${dayOf(at)}`, entry: hourOf(at) } },
    { scope: `${asin}#${dayOf(at)}`, total: { scope: `${asin}#${monthOf(at)}`, entry: dayOf(at) } },
    { scope: `${asin}#${monthOf(at)}`, total: { scope: asin, entry: monthOf(at) } },
    { scope: asin, total: totalKey(asin) },
  ];
}

export const totalKey = (asin: string): RowKey => ({ scope: `${asin}#all`, entry: 'all' });

/** Where the totals of a month's days are. */
export const daysScope = (asin: string, day: string): string => `${asin}#${monthOf(day)}`;

/** The scope of what a row of `scope` is the total of; undefined: it is a marker. */
export function scopeBelow(scope: string, entry: string): string | undefined {
  const [asin, time, sheet] = scope.split('#');
  if (sheet !== undefined) return undefined;
  return time?.length === 16 ? `${scope}#${entry}` : `${asin}#${entry}`;
}

/** How many scopes lie between an asset's own and this one. */
export const depthOf = (scope: string): number => {
  const [, time = '', sheet] = scope.split('#');
  return sheet === undefined ? Math.max(0, (time.length - 4) / 3) : LEVELS;
};

/** One for each client, file and day of an asset; nobody else writes there, so it is never hot. */
export const claimScope = ({ asin, at, file_id, client }: DownloadGrant): string =>
  `${asin}#${dayOf(at)}#${file_id}#${client}`;
