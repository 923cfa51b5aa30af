import { expect, vi } from 'vitest';
import { duplicate, reorder } from '@cairn/infra/local/faults/message-rules';
import { loseAnswer, refuse, throttle } from '@cairn/infra/local/faults/rules';
import { seededRandom } from '@cairn/infra/local/faults/seeded-random';
import { queues, tables } from '@cairn/infra/resources';
import type { CatalogWorld, Published, RunningCatalog } from './catalog-world.ts';

const EDITORS = 4;

/** Every kind of edit is asked of the two in turn, so that each also hears of what the other did. */
export async function replicasUnderRandomEdits(
  world: CatalogWorld,
  { edits, assets, seed, withinMs }: { edits: number; assets: number; seed: number; withinMs: number },
): Promise<void> {
  const kept = [world.startCatalog(), world.startCatalog()] as const;
  await Promise.all(kept.map((each) => each.ready()));
  addFaults(world);
  const random = seededRandom(seed);
  const published = await Promise.all(
    Array.from({ length: assets }, (_, n) => world.publish({ name: `Thing ${n}` })),
  );
  let tried = 0;
  let made = 0;
  const editor = async () => {
    while (made < edits) {
      const n = tried++;
      const i = Math.floor(random() * published.length);
      const target = published[i];
      if (target === undefined) continue;
      const done = await editAtRandom(world, kept[n % 2 === 0 ? 0 : 1], target, { n, dice: random() });
      if (done === 'gone') published[i] = await world.publish({ name: `Thing ${n}` });
      if (done !== 'refused') made += 1;
    }
  };
  await Promise.all(Array.from({ length: EDITORS }, editor));
  await world.faults.clear();
  await vi.waitFor(
    async () => {
      const rebuilt = world.startCatalog();
      await rebuilt.ready();
      const expected = await everything(rebuilt);
      await rebuilt.stop();
      for (const each of kept) expect(await everything(each)).toEqual(expected);
    },
    { timeout: withinMs, interval: 50 },
  );
  await Promise.all(kept.map((each) => each.stop()));
}

function addFaults({ faults }: CatalogWorld): void {
  const { assets, changes } = tables;
  faults.sqs.add(duplicate({ queue: queues.catalogEvents.name, probability: 0.2 }));
  faults.sqs.add(reorder({ queue: queues.catalogEvents.name, window: 3, probability: 0.3 }));
  faults.dynamodb.add(loseAnswer({ table: changes.name, operation: 'PutItem', probability: 0.1 }));
  faults.dynamodb.add(refuse({ table: assets.name, operation: 'BatchGetItem', probability: 0.1 }));
  faults.dynamodb.add(throttle({ table: changes.name, operation: 'Query', probability: 0.02 }));
}

/** `refused`: it did not happen, for a fault or since somebody was faster. */
async function editAtRandom(
  world: CatalogWorld,
  at: RunningCatalog,
  { asset }: Published,
  { n, dice }: { n: number; dice: number },
): Promise<'done' | 'gone' | 'refused'> {
  const item = await world.read(asset.asin);
  if (item?.status !== 'published') return 'gone';
  const path = `/v1/assets/${asset.asin}`;
  const send = (method: string, target: string, body?: unknown, roles?: readonly string[]) =>
    at.request(target, {
      method,
      as: asset.user_id,
      headers: { 'if-match': `"${item.revision}"`, 'content-type': 'application/json' },
      ...(roles === undefined ? {} : { roles }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const answer = await (dice < 0.04
    ? send('DELETE', path)
    : dice < 0.3
      ? at.request(`${path}/download`)
      : dice < 0.4
        ? send('PUT', `${path}/moderation`, { withheld: n % 3 !== 0, reason: `Reason ${n}` }, ['moderator'])
        : dice < 0.5
          ? send('PUT', `${path}/releases/1.0.0/yank`, { reason: `Reason ${n}` })
          : dice < 0.6
            ? send('DELETE', `${path}/releases/1.0.0/yank`)
            : send('PATCH', path, { name: `Thing ${n}`, tags: [`tag-${n % 7}`] }));
  if (dice < 0.04 && answer.ok) return 'gone';
  return answer.ok || answer.status === 302 ? 'done' : 'refused';
}

/** What the public can find, in every order. */
export async function everything(catalog: RunningCatalog): Promise<unknown> {
  const pages: unknown[] = [];
  for (const query of ['sort=newest', 'sort=name', 'sort=downloads', 'q=thing', 'q=thing+1&sort=updated']) {
    const answer = await catalog.request(`/v1/assets?limit=100&${query}`);
    expect(answer.status).toBe(200);
    pages.push(await answer.json());
  }
  return pages;
}
