import { expect, test } from 'vitest';
import type { CairnEvent } from '../events/event-envelope.ts';
import { writeExportPart, type ExportRequested } from './write-export-part.ts';

const event: ExportRequested = {
  id: 'event_1',
  type: 'user.export_requested',
  occurred_at: '2026-11-22T12:00:00.000Z',
  revision: 3,
  user_id: 'user_1',
  export_id: 'export_1',
};
const KEY = 'user_1/export_1/parts/uploads.json';

function aPart({ deletedAt = Number.POSITIVE_INFINITY } = {}) {
  const stored = new Map<string, string>();
  const reported: CairnEvent[] = [];
  let looks = 0;
  const write = writeExportPart({
    part: 'uploads',
    objects: {
      async put(key, chunks) {
        const pieces: Uint8Array[] = [];
        for await (const chunk of chunks) pieces.push(chunk);
        stored.set(key, Buffer.concat(pieces).toString());
      },
      remove: async (key) => void stored.delete(key),
    },
    collect: async (userId) => ({ owner: userId }),
    isUserDeleted: async () => (looks += 1) > deletedAt,
    report: async (told) => void reported.push(told),
    now: () => new Date(event.occurred_at),
  });
  return { write, stored, reported };
}

test('a part is written and told; a repeat writes the same place and tells the same', async () => {
  const { write, stored, reported } = aPart();
  await write(event);
  await write(event);
  expect([...stored]).toEqual([[KEY, expect.stringContaining('"user_1"')]]);
  expect(reported[0]).toEqual({
    ...event,
    id: 'event_1.uploads',
    type: 'user.export_part_written',
    part: 'uploads',
  });
  expect(reported[1]).toEqual(reported[0]);
});

test.each([0, 1])(
  'of a user who is deleted after %i looks nothing is left or told (I6)',
  async (deletedAt) => {
    const { write, stored, reported } = aPart({ deletedAt });
    stored.set(KEY, 'of a try before');
    await write(event);
    expect(stored.size).toBe(0);
    expect(reported).toEqual([]);
  },
);
