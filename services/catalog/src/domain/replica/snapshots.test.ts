import { describe, expect, it } from 'vitest';
import { framesOf, readFrames } from '../search/snapshot-frames.ts';
import { aReplicatedCatalog, aWrittenSnapshot } from '../../testing/replicated-catalog.ts';
import type { SnapshotShelf } from './snapshot-shelf.ts';

/** Every byte that leaves the shelf goes through `change`. */
const damaged = (
  shelf: SnapshotShelf,
  change: (part: 'records' | 'index', bytes: Buffer) => Promise<Buffer>,
): Pick<SnapshotShelf, 'list' | 'open'> => ({
  list: () => shelf.list(),
  async open(name) {
    const opened = await shelf.open(name);
    if (opened === undefined) return undefined;
    const read = async function* (part: 'records' | 'index') {
      const all: Uint8Array[] = [];
      for await (const chunk of opened[part]) all.push(chunk);
      yield await change(part, Buffer.concat(all));
    };
    return { records: read('records'), index: read('index') };
  },
});

describe('snapshots of a replica (I12)', () => {
  it('let another one start as its equal, without reading the tables, and follow the log from there', async () => {
    const world = aReplicatedCatalog();
    const { first, asins } = await aWrittenSnapshot(world);
    expect((await world.shelf.list()).map(({ seq }) => seq)).toEqual([5]);
    const later = await world.put({ name: 'Later' });
    expect(world.scans()).toBe(1);
    const second = await world.aReplica();
    expect(world.scans()).toBe(1);
    await first.replica.catchUp();
    const all = [...asins, later.asin];
    expect(await second.view(all)).toEqual(await first.view(all));
    expect(second.replica.get(asins[0] ?? '')?.downloads).toBe(7);
    expect((await second.view(all)).words.total).toBe(3);
    expect(world.refusals).toEqual([]);
  });

  it.each([
    ['torn in its records', 'torn', 'records', (bytes: Buffer) => bytes.subarray(0, bytes.length - 9)],
    ['torn in its index', 'torn', 'index', (bytes: Buffer) => bytes.subarray(0, bytes.length - 9)],
    ['empty', 'torn', 'records', () => Buffer.alloc(0)],
    ['written by another program', 'other_format', 'records', (bytes: Buffer) => withFormat(bytes, 2)],
    [
      'of records of another shape',
      'other_format',
      'records',
      (bytes: Buffer) => withHead(bytes, { shape: 'x' }),
    ],
    ['without a view', 'other_format', 'records', (bytes: Buffer) => withHead(bytes, { views: {} })],
    [
      'of fewer records than it says',
      'corrupt',
      'records',
      (bytes: Buffer) => withHead(bytes, { records: 9 }),
    ],
    [
      'altered',
      'corrupt',
      'records',
      (bytes: Buffer) => Buffer.from(bytes.toString('latin1').replace('Low-poly', 'Lop-woly'), 'latin1'),
    ],
    ['of two different moments', 'mismatched', 'records', (bytes: Buffer) => withHead(bytes, { seq: 4 })],
  ] as const)(
    'that are %s are refused whole, and the tables read instead',
    async (_what, reason, part, change) => {
      const world = aReplicatedCatalog();
      const { first, asins } = await aWrittenSnapshot(world);
      const bad = damaged(world.shelf, async (each, bytes) => (each === part ? await change(bytes) : bytes));
      const second = await world.aReplica(bad);
      expect(world.refusals).toEqual([reason]);
      expect(world.scans()).toBe(2);
      expect(await second.view(asins)).toEqual(await first.view(asins));
    },
  );

  it('that cannot be had do not keep a replica from starting', async () => {
    const world = aReplicatedCatalog();
    const { first, asins } = await aWrittenSnapshot(world);
    const second = await world.aReplica({
      list: async () => Promise.reject(new Error('no store')),
      open: async () => undefined,
    });
    expect(world.refusals).toEqual(['unreadable']);
    expect(await second.view(asins)).toEqual(await first.view(asins));
  });

  it('are of one moment, also while changes go on and the parts are read late', async () => {
    const world = aReplicatedCatalog();
    const { first, asins } = await aWrittenSnapshot(world);
    const before = await first.view(asins);
    const captured = first.replica.capture();
    await world.put({ asin: asins[0] ?? '', revision: 3, name: 'Renamed', user_id: 'user_b' });
    const log = await world.changes.head();
    await first.replica.catchUp();
    if (captured === undefined) throw new Error('it can be captured');
    await world.shelf.put(captured.seq, world.now(), captured);
    const second = await world.aReplica();
    expect(captured.seq).toBeLessThan(log);
    expect(await second.view(asins)).toEqual(await first.view(asins));
    expect(await second.view(asins)).not.toEqual(before);
  });

  it('do not undo what a replica was told before it had read one, nor count it twice', async () => {
    const world = aReplicatedCatalog();
    const { first, asins } = await aWrittenSnapshot(world);
    const edited = await world.put({ asin: asins[0] ?? '', revision: 3, name: 'Renamed' });
    await first.replica.catchUp();
    const second = await world.aReplica(world.shelf, [edited]);
    expect(second.replica.get(edited.asin)?.name).toBe('Renamed');
    expect(await second.replica.checkIndex()).toBe(true);
    expect(await second.view(asins)).toEqual(await first.view(asins));
  });

  it('are written when enough has changed, or long enough ago, and the older are removed', async () => {
    const world = aReplicatedCatalog();
    const { first } = await aWrittenSnapshot(world);
    const seqs = async () => (await world.shelf.list()).map(({ seq }) => seq);
    const change = async () => {
      await world.put();
      await first.replica.catchUp();
      await first.keep();
    };
    await change();
    expect(await seqs()).toEqual([5]);
    await change();
    await change();
    expect(await seqs()).toEqual([8, 5]);
    world.pass(60_000);
    await first.keep();
    expect(await seqs()).toEqual([8, 5]);
    await change();
    expect(await seqs()).toEqual([9, 8]);
  });

  it('shorten the log behind the older of two, and whoever needed the rest reads the tables', async () => {
    const world = aReplicatedCatalog();
    const { first, asins } = await aWrittenSnapshot(world);
    const slow = await world.aReplica();
    for (let i = 0; i < 3; i += 1) await world.put();
    await first.replica.catchUp();
    world.pass(2_000);
    await first.keep();
    expect((await world.changes.after(0, 99)).map(({ seq }) => seq)).toEqual([6, 7, 8]);
    for (let i = 0; i < 3; i += 1) await world.put();
    await first.replica.catchUp();
    world.pass(2_000);
    await first.keep();
    expect((await world.changes.after(0, 99)).map(({ seq }) => seq)).toEqual([9, 10, 11]);

    const scans = world.scans();
    await slow.replica.catchUp();
    expect(world.scans()).toBe(scans + 1);
    expect(await slow.view(asins)).toEqual(await first.view(asins));
    const next = await world.aReplica();
    expect(world.scans()).toBe(scans + 1);
    expect(await next.view(asins)).toEqual(await first.view(asins));
  });
});

/** The records, soundly written with another head. */
async function withHead(bytes: Buffer, changes: object): Promise<Buffer> {
  const frames: Uint8Array[] = [];
  const whole = (async function* () {
    yield bytes;
  })();
  for await (const frame of readFrames({ magic: 'CAIRNREC', format: 1 }, whole)) frames.push(frame);
  const [, written = Buffer.alloc(0), ...blocks] = frames;
  const head = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(written).toString()), ...changes }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return Buffer.concat([...framesOf({ magic: 'CAIRNREC', format: 1 }, [length, head, ...blocks])]);
}

function withFormat(bytes: Buffer, format: number): Buffer {
  const other = Buffer.from(bytes);
  other.writeUInt32LE(format, 8);
  return other;
}
