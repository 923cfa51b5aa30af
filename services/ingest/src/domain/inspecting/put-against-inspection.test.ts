import { newId } from '@cairn/shared/ids';
import { expect, it } from 'vitest';
import { aDeclaration, aDeclaredFile, sha256 } from '../../testing/builders.ts';
import { memoryIngest } from '../../testing/memory-ingest.ts';
import { mortalProcesses } from '../../testing/mortal-processes.ts';

const DECLARED = Buffer.from('the declared bytes');
const OTHERS = [Buffer.from('the exchanged bits'), Buffer.from('shorter'), Buffer.from('a good deal longer')];

/** So many steps of other work come first. */
async function after(steps: number): Promise<void> {
  for (let i = 0; i < steps; i += 1) await Promise.resolve();
}

it(
  'I2: a PUT at any moment between copy, inspection and publication never changes what is published',
  { timeout: 60_000 },
  async () => {
    const ends = new Map<string, number>();
    for (let turn = 0; turn < 1_000; turn += 1) {
      const h = memoryIngest(mortalProcesses().through);
      const declared = await h.declare(newId('user'), aDeclaration({ files: [aDeclaredFile(DECLARED)] }));
      const [file] = declared.files;
      if (file === undefined) throw new Error('no file was declared');
      const other = OTHERS[turn % OTHERS.length] ?? DECLARED;
      const [first, second] = turn % 7 === 0 ? [other, DECLARED] : [DECLARED, other];
      h.put(file, first);
      const random = () => Math.floor(Math.random() * 60);
      const worker = async () => {
        await after(random());
        // The message of an attempt that failed comes back.
        await h.arrive(file, '0A').catch(() => h.arrive(file, '0A'));
      };
      const overwrite = async () => {
        await after(random());
        h.put(file, second);
        await after(random());
        await h.arrive(file, '0B').catch(() => undefined);
      };
      await Promise.all([worker(), overwrite(), worker()]);
      for (let round = 0; round < 5; round += 1) {
        h.advance(70);
        await h.sweep();
        for (const _ of h.secondLooks.splice(0)) await h.arrive(file);
      }

      const state = (await h.state(declared)) ?? 'gone';
      ends.set(state, (ends.get(state) ?? 0) + 1);
      expect(['published', 'rejected']).toContain(state);
      const served = [...h.buckets.copies.values()];
      expect(served.map(sha256)).toEqual(state === 'published' ? [sha256(DECLARED)] : []);
      expect(h.buckets.incoming.size).toBe(0);
    }
    // Both ends are among what was played, or this would show nothing.
    expect(ends.get('published')).toBeGreaterThan(50);
    expect(ends.get('rejected')).toBeGreaterThan(50);
  },
);
