import { describe, expect, it } from 'vitest';
import { aFile, anUpload } from '../../testing/builders.ts';
import { countArrivedBytes } from '../sending/arrived-bytes.ts';
import { percentOf } from './percent.ts';
import type { ReceivedPart } from '../ports.ts';
import { reportProgress } from '../inspecting/report-progress.ts';

const aClock = () => {
  const clock = { ms: 0, now: () => new Date(clock.ms) };
  return clock;
};
const aPart = (partNumber: number, sizeBytes: number): ReceivedPart => ({ partNumber, sizeBytes, etag: '' });

describe('the percent of a file', () => {
  const upload = anUpload();
  it.each([
    ['waits and of which nothing is known', { state: 'waiting' }, undefined, 0],
    ['waits and of which all but a byte has arrived', { state: 'waiting', size: 1_000 }, 999, 99],
    ['waits and of which all has arrived', { state: 'waiting', size: 1_000 }, 1_000, 100],
    ['waits and of which too much has arrived', { state: 'waiting', size: 1_000 }, 5_000, 100],
    ['is inspected and not read yet', { state: 'inspecting' }, 3, 0],
    ['is half read', { state: 'inspecting', size: 1_000, inspected_bytes: 509 }, undefined, 50],
    ['is read and has no result yet', { state: 'inspecting', size: 3, inspected_bytes: 3 }, undefined, 99],
    ['is accepted', { state: 'accepted' }, undefined, 100],
    ['is rejected', { state: 'rejected' }, undefined, 100],
  ] as const)('that %s', (_, overrides, arrived, percent) => {
    const file = aFile(upload, overrides);
    const bytes = arrived === undefined ? undefined : new Map([[file.file_id, arrived]]);
    expect(percentOf(file, bytes)).toBe(percent);
  });
});

describe('what has arrived of a file that is sent in parts', () => {
  function aSending(answer: () => Promise<ReceivedPart[] | undefined>) {
    const clock = aClock();
    const calls = { made: 0, underWay: 0, most: 0 };
    const count = countArrivedBytes({
      now: clock.now,
      incoming: {
        async receivedParts() {
          calls.made += 1;
          calls.underWay += 1;
          calls.most = Math.max(calls.most, calls.underWay);
          await Promise.resolve();
          calls.underWay -= 1;
          return answer();
        },
      },
    });
    const upload = anUpload();
    const multipart = { part_size: 10, part_count: 10, store_id: 'sending' };
    const file = aFile(upload, { size: 100, multipart });
    return { clock, calls, count, upload, file };
  }

  it('is asked of the store once a second, however many ask', async () => {
    const { clock, calls, count, upload, file } = aSending(async () => [aPart(1, 10), aPart(3, 10)]);
    const answers = await Promise.all(Array.from({ length: 20 }, () => count(upload, [file])));
    expect(answers.map((each) => each.get(file.file_id))).toEqual(answers.map(() => 20));
    clock.ms = 999;
    await count(upload, [file]);
    expect(calls.made).toBe(1);
    clock.ms = 1_000;
    await count(upload, [file]);
    expect(calls.made).toBe(2);
  });

  it('is all of it when its parts have been put together', async () => {
    const { count, upload, file } = aSending(async () => undefined);
    expect((await count(upload, [file])).get(file.file_id)).toBe(100);
  });

  it('is what was said last while the store does not answer', async () => {
    let away = false;
    const { clock, count, upload, file } = aSending(async () => {
      if (away) throw new Error('the store is away');
      return [aPart(1, 10)];
    });
    await count(upload, [file]);
    away = true;
    clock.ms = 5_000;
    expect((await count(upload, [file])).get(file.file_id)).toBe(10);
  });

  it('is asked for few files at once, and only for those that are being sent', async () => {
    const { calls, count, upload, file } = aSending(async () => []);
    const many = Array.from({ length: 50 }, (_, i) => ({ ...file, file_id: `f${i}` }));
    await count(upload, many);
    expect(calls.made).toBe(50);
    expect(calls.most).toBeLessThanOrEqual(8);
    const others = [
      aFile(upload),
      { ...file, state: 'inspecting' as const },
      { ...file, multipart: { part_size: 10, part_count: 10, store_id: undefined } },
    ];
    await count(upload, others);
    await count(anUpload({ state: 'aborted' }), many);
    expect(calls.made).toBe(50);
  });
});

describe('the progress of an inspection', () => {
  it('is recorded once a second at most, one write at a time, and may fail', async () => {
    const clock = aClock();
    const recorded: number[] = [];
    let finish: () => void = () => undefined;
    const upload = anUpload();
    const onProgress = reportProgress(
      {
        now: clock.now,
        uploads: {
          recordProgress: (_file, _token, bytes) => {
            recorded.push(bytes);
            return new Promise((_, reject) => (finish = () => reject(new Error('lost'))));
          },
        },
      },
      aFile(upload),
      'token',
    );
    const read = (ms: number) => {
      clock.ms = ms;
      onProgress(1);
    };
    read(10);
    read(999);
    expect(recorded).toEqual([]);
    read(1_000);
    read(2_500);
    expect(recorded).toEqual([3]);
    finish();
    await new Promise((resolve) => setImmediate(resolve));
    read(2_600);
    read(3_000);
    expect(recorded).toEqual([3, 5]);
  });
});
