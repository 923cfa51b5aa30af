import { silentLogger } from '@cairn/shared/logging/logger';
import { describe, expect, it, vi } from 'vitest';
import { createApiDocument } from './api-document.ts';

const documentOf = (path: string) => ({ openapi: '3.1.0', paths: { [path]: { get: { responses: {} } } } });

function setUp(load: (service: string) => Promise<unknown>) {
  const clock = { ms: 0 };
  const apiDocument = createApiDocument({
    services: ['a', 'b'],
    load,
    merge: {
      publicUrl: 'https://api.example',
      info: { title: 'All', description: 'of it', version: '1' },
      isRouted: () => true,
    },
    logger: silentLogger(),
    refreshMs: 1_000,
    now: () => clock.ms,
  });
  const paths = async () => Object.keys((JSON.parse(await apiDocument()) as { paths: object }).paths);
  return { clock, apiDocument, paths };
}

describe('the API document', () => {
  it('asks each service once, however many wait for it', async () => {
    const load = vi.fn((service: string) => Promise.resolve(documentOf(`/${service}`)));
    const { paths, apiDocument } = setUp(load);
    await Promise.all([apiDocument(), apiDocument(), apiDocument()]);
    expect(await paths()).toEqual(['/a', '/b']);
    expect(load.mock.calls).toEqual([['a'], ['b']]);
  });

  it('is refused until every service has answered, then complete', async () => {
    let up = false;
    const { apiDocument, paths } = setUp((service) =>
      service === 'b' && !up ? Promise.reject(new Error('down')) : Promise.resolve(documentOf(`/${service}`)),
    );
    await expect(apiDocument()).rejects.toMatchObject({ code: 'service.unavailable', retryAfterSeconds: 2 });
    up = true;
    expect(await paths()).toEqual(['/a', '/b']);
  });

  it('is renewed behind the answer once it is old', async () => {
    let version = 1;
    const { clock, paths } = setUp((service) => Promise.resolve(documentOf(`/${service}${version}`)));
    expect(await paths()).toEqual(['/a1', '/b1']);
    version = 2;
    clock.ms = 999;
    expect(await paths()).toEqual(['/a1', '/b1']);
    clock.ms = 1_000;
    expect(await paths()).toEqual(['/a1', '/b1']);
    await vi.waitFor(async () => expect(await paths()).toEqual(['/a2', '/b2']), { timeout: 10_000 });
  });

  it('keeps what a service said when it is away or answers nonsense', async () => {
    let answer: () => Promise<unknown> = () => Promise.resolve(documentOf('/b'));
    const load = vi.fn((service: string) => (service === 'b' ? answer() : Promise.resolve(documentOf('/a'))));
    const { clock, paths } = setUp(load);
    await paths();
    for (const nonsense of [() => Promise.reject(new Error('down')), () => Promise.resolve({ hello: 1 })]) {
      answer = nonsense;
      clock.ms += 2_000;
      const before = load.mock.calls.length;
      await paths();
      await vi.waitFor(() => expect(load.mock.calls.length).toBe(before + 2), { timeout: 10_000 });
      expect(await paths()).toEqual(['/a', '/b']);
    }
  });
});
