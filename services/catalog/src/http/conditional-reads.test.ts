import { beforeEach, describe, expect, it } from 'vitest';
import { memoryCatalog } from '../testing/memory-catalog.ts';

type Catalog = ReturnType<typeof memoryCatalog>;

const READS: Readonly<Record<string, (asin: string, owner: string) => string>> = {
  GetAsset: (asin) => `/v1/assets/${asin}`,
  ListReleases: (asin) => `/v1/assets/${asin}/releases`,
  GetRelease: (asin) => `/v1/assets/${asin}/releases/1.0.0`,
  GetNewestRelease: (asin) => `/v1/assets/${asin}/releases/newest`,
  GetAssetStats: (asin) => `/v1/assets/${asin}/stats`,
  GetOwner: (_asin, owner) => `/v1/owners/${owner}`,
  ListTags: () => '/v1/tags',
  ListLicenses: () => '/v1/licenses',
  ListEngines: () => '/v1/engines',
};

/** Of an answer without a body they are those of the one with it. */
const headersOf = ({ headers }: Response) => {
  const { 'x-request-id': _id, ...others } = Object.fromEntries(headers);
  return others;
};

describe.each(Object.entries(READS))('%s', (_operation, pathOf) => {
  let catalog: Catalog;
  let path: string;
  let owner: string;
  beforeEach(async () => {
    catalog = memoryCatalog();
    const { asset } = await catalog.publish();
    owner = asset.user_id;
    path = pathOf(asset.asin, owner);
  });
  const get = (ifNoneMatch?: string, init: Parameters<Catalog['request']>[1] = {}) =>
    catalog.request(path, {
      ...init,
      headers: ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch },
    });

  it('answers HEAD with the headers of GET', async () => {
    const [whole, head] = [await get(), await get(undefined, { method: 'HEAD' })];
    expect(whole.status).toBe(200);
    expect([head.status, headersOf(head), await head.text()]).toEqual([200, headersOf(whole), '']);
  });

  it('answers 304 to whoever has it, in any form that says so, with what a cache needs', async () => {
    const whole = await get();
    const etag = whole.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\x21\x23-\x7e]+"$/);
    const { 'content-type': type, ...kept } = headersOf(whole);
    expect(type).toBe('application/json');
    for (const form of [etag, `W/${etag}`, `"other", ${etag}`, `W/"a,b" ,W/${etag}`, '*', ` * `]) {
      for (const method of ['GET', 'HEAD']) {
        const answer = await get(form, { method });
        expect([form, answer.status, headersOf(answer), await answer.text()]).toEqual([form, 304, kept, '']);
      }
    }
  });

  it('answers in full to whoever has something else, or says it wrongly', async () => {
    const etag = (await get()).headers.get('etag') ?? '';
    const bare = etag.slice(1, -1);
    for (const form of ['"other"', bare, `"${bare}x"`, `'${bare}'`, '', '""', 'w/']) {
      expect([form, (await get(form)).status]).toEqual([form, 200]);
    }
    expect((await get('"x"'.repeat(400))).status).toBe(422);
  });

  it('is for shared caches without a token, and for none with one', async () => {
    const [open, own] = [await get(), await get(undefined, { as: owner })];
    expect(open.headers.get('cache-control')).toMatch(/^public, max-age=\d+, s-maxage=\d+/);
    expect(own.headers.get('cache-control')).toBe('private, no-cache');
    for (const answer of [open, own]) expect(answer.headers.get('vary')).toContain('Authorization');
  });
});
