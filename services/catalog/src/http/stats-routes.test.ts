import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import { deriveTotals } from '../domain/downloads/derive-totals.ts';
import { markGrants } from '../domain/downloads/mark-grants.ts';
import { aGrant } from '../testing/builders.ts';
import { memoryCatalog } from '../testing/memory-catalog.ts';

type Body = Record<string, unknown> & { period: Record<string, unknown> | null };

let catalog: ReturnType<typeof memoryCatalog>;
let asset: PublishedAsset;
const coOwner = 'user_co';

beforeEach(async () => {
  catalog = memoryCatalog();
  asset = (await catalog.publish({ co_owners: [coOwner] })).asset;
  const days = ['2026-11-22', '2026-11-22', '2026-11-21', '2026-10-31', '2025-11-22'];
  const grants = days.map((day, i) =>
    aGrant({
      asin: asset.asin,
      file_id: 'file_1',
      at: `${day}T10:00:00.000Z`,
      version: i === 0 ? '0.9.0' : '1.0.0',
      engine: i < 2 ? '4.2' : undefined,
    }),
  );
  await markGrants(catalog.counts)(grants);
  await deriveTotals(catalog.counts)(grants);
});

async function stats(as?: string, query = '') {
  const path = `/v1/assets/${asset.asin}/stats${query}`;
  const answer = await catalog.request(path, as === undefined ? {} : { as });
  return { answer, body: (await answer.json()) as Body };
}

describe('the statistics of an asset', () => {
  it('are totals for everybody, with those of each release, and no more', async () => {
    for (const as of [undefined, 'user_other']) {
      const { answer, body } = await stats(as, '?from=2026-11-01&to=2026-11-22');
      expect(answer.status).toBe(200);
      expect(body).toEqual({
        asin: asset.asin,
        raw: 5,
        unique: 4,
        releases: [
          { version: '1.0.0', raw: 4, unique: 3 },
          { version: '0.9.0', raw: 1, unique: 1 },
        ],
        period: null,
      });
    }
  });

  it('are by day, release and engine for the owner and co-owners, and add up', async () => {
    for (const as of [asset.user_id, coOwner]) {
      const { answer, body } = await stats(as, '?from=2026-10-31&to=2026-11-22');
      expect(answer.headers.get('cache-control')).toBe('private, no-cache');
      expect(body.period).toMatchObject({ from: '2026-10-31', to: '2026-11-22', raw: 4, unique: 3 });
      const days = body.period?.days as { date: string; raw: number; unique: number }[];
      expect(days).toHaveLength(23);
      expect(days[0]).toEqual({ date: '2026-10-31', raw: 1, unique: 1 });
      expect(days.at(-1)).toEqual({ date: '2026-11-22', raw: 2, unique: 1 });
      expect(days.reduce((sum, each) => sum + each.raw, 0)).toBe(4);
      expect(body.period?.releases).toEqual([
        { version: '1.0.0', raw: 3, unique: 2 },
        { version: '0.9.0', raw: 1, unique: 1 },
      ]);
      expect(body.period?.engines).toEqual([
        { engine: '4.2', raw: 2, unique: 1 },
        { engine: null, raw: 2, unique: 2 },
      ]);
    }
  });

  it('are of the last thirty days unless said otherwise, and of a year at most', async () => {
    expect((await stats(asset.user_id)).body.period).toMatchObject({ from: '2026-10-24', to: '2026-11-22' });
    const year = await stats(asset.user_id, '?from=2025-11-22');
    expect(year.body.period).toMatchObject({ from: '2025-11-22', raw: 5 });
  });

  it.each([
    ['?from=2025-11-20&to=2026-11-22', 'period.too_long'],
    ['?from=2026-11-22&to=2026-11-21', 'period.reversed'],
  ])('refuse the period %s', async (query, code) => {
    const { answer, body } = await stats(asset.user_id, query);
    expect([answer.status, body.code]).toEqual([422, 'request.invalid']);
    expect(body.errors).toMatchObject([{ field: 'query.from', code }]);
  });

  it('are zeros before the first download, and 404 for what is not there', async () => {
    const { asset: fresh } = await catalog.publish();
    const answer = await catalog.request(`/v1/assets/${fresh.asin}/stats`, { as: fresh.user_id });
    expect(await answer.json()).toMatchObject({
      raw: 0,
      unique: 0,
      releases: [{ version: '1.0.0', raw: 0, unique: 0 }],
      period: { raw: 0, engines: [] },
    });
    expect((await catalog.request(`/v1/assets/${newId('asset')}/stats`)).status).toBe(404);
  });
});

it('a download tells the engine that it is for, as a series', async () => {
  for (const query of ['?engine=4.2.1', '?engine=4.x', '']) {
    await catalog.request(`/v1/assets/${asset.asin}/download${query}`);
  }
  expect(catalog.grants.map((grant) => grant.engine)).toEqual(['4.2', '4', undefined]);
  expect((await catalog.request(`/v1/assets/${asset.asin}/download?engine=new`)).status).toBe(422);
});
