import { newId } from '@cairn/shared/ids';
import type { DownloadGrant } from '../../src/domain/downloads/download-grant.ts';
import { tallySheets } from '../../src/domain/downloads/tally-sheets.ts';
import { aGrant } from '../../src/testing/builders.ts';

const SPAN_MS = 6 * 60_000;

/**
 * Grants of several assets around the midnight that ended yesterday, as several replicas would have given
 * them out: most of the first asset, clients that come back, releases and engines.
 */
export function manyGrants(asins: readonly string[], count: number, random: () => number): DownloadGrant[] {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const midnight = new Date().setUTCHours(0, 0, 0, 0) - 86_400_000;
  const replicas = Array.from({ length: 3 }, (_, i) => tallySheets(`r${i}`));
  const files = asins.map(() => [newId('file'), newId('file')]);
  const clients = Array.from({ length: Math.ceil(count / 5) }, (_, i) => `client_${i}`);
  return Array.from({ length: count }, (_, n) => {
    const at = new Date(midnight - SPAN_MS / 2 + Math.floor((n / count) * SPAN_MS));
    const i = random() < 0.5 ? 0 : Math.floor(random() * asins.length);
    const asin = asins[i] ?? '';
    return aGrant({
      asin,
      at: at.toISOString(),
      sheet: pick(replicas)(asin, at),
      client: pick(clients),
      file_id: pick(files[i] ?? ['']),
      version: pick(['1.0.0', '1.1.0', '2.0.0']),
      engine: pick(['4.2', '4.3', undefined]),
    });
  });
}

/** In another order: nothing is further from its place than `reach` places, or wherever when there is none. */
export function shuffled<T>(all: readonly T[], random: () => number, reach = all.length): T[] {
  return all
    .map((each, i) => ({ each, at: i + random() * reach }))
    .sort((a, b) => a.at - b.at)
    .map(({ each }) => each);
}

/** As messages: some alone, most with a few up to many of those that come after them. */
export function bundled(grants: readonly DownloadGrant[], random: () => number): string[] {
  const messages: string[] = [];
  for (let at = 0; at < grants.length;) {
    const size = random() < 0.3 ? 1 : 1 + Math.floor(random() ** 2 * 60);
    const [first, ...others] = grants.slice(at, at + size);
    messages.push(JSON.stringify(others.length === 0 ? first : { grants: [first, ...others] }));
    at += size;
  }
  return messages;
}
