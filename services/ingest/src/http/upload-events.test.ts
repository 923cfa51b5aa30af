import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UploadSnapshot } from '../domain/following/get-receipt.ts';
import type { UploadFile } from '../domain/upload.ts';
import { aFile, anUpload } from '../testing/builders.ts';
import { toReceipt } from './receipt.ts';
import { decodeEventId, encodeEventId, progressOf, type SeenProgress } from './seen-progress.ts';
import { eventsSince, type UploadEvent } from './upload-events.ts';
import type { Receipt } from './upload-schemas.ts';

const COUNT = 3;
const SIZE = 1_000;
const upload = anUpload({ file_count: COUNT });
const start: UploadSnapshot = {
  upload,
  files: Array.from({ length: COUNT }, (_, i) =>
    aFile(upload, { file_id: `file_${i}`, position: i, size: SIZE }),
  ),
  arrived: new Map(),
};

interface Step {
  readonly file: number;
  readonly bytes: number;
  readonly move: 'bytes' | 'next' | 'refuse' | 'fail' | 'recover';
  /** How many of the events the client gets before its connection is cut; all if there are fewer. */
  readonly heard: number;
}

const steps = fc.array(
  fc.record<Step>({
    file: fc.nat(COUNT - 1),
    bytes: fc.nat(SIZE),
    move: fc.constantFrom('bytes', 'next', 'next', 'refuse', 'fail', 'recover'),
    heard: fc.nat(5),
  }),
  { minLength: 1, maxLength: 20 },
);

function apply({ upload: before, files, arrived }: UploadSnapshot, step: Step): UploadSnapshot {
  const file = files[step.file];
  if (file === undefined || before.state === 'published' || before.state === 'rejected') {
    return { upload: before, files, arrived };
  }
  const change = (changes: Partial<UploadFile>) => files.with(step.file, { ...file, ...changes });
  switch (step.move) {
    case 'fail':
      return {
        upload: { ...before, state: 'failed', refusal: { code: 'inspection.failed' } },
        files,
        arrived,
      };
    case 'recover':
      return { upload: { ...before, state: 'open', refusal: undefined }, files, arrived };
    case 'bytes': {
      // The store may be asked by somebody who hears less: what has arrived goes up and down.
      if (file.state === 'waiting')
        return { upload: before, files, arrived: new Map(arrived).set(file.file_id, step.bytes) };
      const inspected_bytes = Math.max(file.inspected_bytes ?? 0, step.bytes);
      return { upload: before, files: change({ inspected_bytes }), arrived };
    }
    case 'refuse':
      if (file.state !== 'inspecting') return { upload: before, files, arrived };
      return {
        upload: { ...before, state: 'rejected' },
        files: change({ state: 'rejected', refusal: { code: 'file.hash_mismatch' } }),
        arrived,
      };
    case 'next': {
      const next = change({ state: file.state === 'waiting' ? 'inspecting' : 'accepted' });
      const done = next.every(({ state }) => state === 'accepted');
      return {
        upload: done ? { ...before, state: 'published', refusal: undefined } : before,
        files: next,
        arrived,
      };
    }
  }
}

/** A client that knows only what events have told it. */
function aClient() {
  let receipt: Receipt | undefined;
  let lastId = '';
  const told: string[] = [];
  return {
    lastId: () => lastId,
    told,
    receipt: () => receipt,
    take({ event, id, data }: UploadEvent) {
      lastId = id;
      told.push(`${event} ${JSON.stringify(data)}`);
      if (event === 'receipt') receipt = data as Receipt;
      else if (receipt === undefined) throw new Error('nothing is known that could have changed');
      else if (event === 'upload')
        receipt = { ...receipt, refusal: undefined, ...(data as Partial<Receipt>) };
      else {
        const change = data as Receipt['files'][number];
        receipt = {
          ...receipt,
          files: receipt.files.map((file) =>
            file.file_id === change.file_id ? { ...file, ...change } : file,
          ),
        };
      }
    },
  };
}

const RANK = { waiting: 0, inspecting: 1, accepted: 2, rejected: 3 };
const rank = ({ stage, percent }: Receipt['files'][number]) => RANK[stage] * 101 + percent;

describe('the events of an upload', () => {
  it('bring a client that is cut off anywhere to how things are, and tell it nothing twice', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const client = aClient();
        let snapshot = start;
        let most = toReceipt(start).files.map(rank);
        const hear = (heard: number) => {
          const { events } = eventsSince(decodeEventId(upload.upload_id, client.lastId()), snapshot);
          for (const event of events.slice(0, heard)) client.take(event);
        };
        for (const step of all) {
          hear(step.heard);
          const known = client.receipt()?.files.map(rank);
          snapshot = apply(snapshot, step);
          most = toReceipt(snapshot).files.map((file, i) => Math.max(rank(file), known?.[i] ?? 0));
        }
        hear(100);
        const shown = client.receipt();
        const now = toReceipt(snapshot);
        expect(shown?.files.map(rank)).toEqual(most);
        expect(shown?.files.map(({ refusal }) => refusal)).toEqual(now.files.map(({ refusal }) => refusal));
        expect([shown?.state, shown?.refusal]).toEqual([now.state, now.refusal]);
        const before = client.told.length;
        hear(100);
        expect(client.told).toHaveLength(before);
        const ofFiles = client.told.filter((line) => line.startsWith('file '));
        expect(new Set(ofFiles).size).toBe(ofFiles.length);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the id of an event', () => {
  const seen = fc.record<SeenProgress>({
    state: fc.constantFrom(undefined, 'created', 'uploading', 'published', 'failed'),
    refusal: fc.nat(255),
    files: fc.array(fc.nat(203), { maxLength: 220 }),
  });

  it('holds all that the client has seen, in a header that any server takes', () => {
    fc.assert(
      fc.property(seen, (progress) => {
        const id = encodeEventId('upload_1', progress);
        expect(decodeEventId('upload_1', id)).toEqual(progress);
        expect(id).toMatch(/^[A-Za-z0-9_-]{1,320}$/);
      }),
    );
  });

  it('is none when it is of another upload, or changed in any place', () => {
    fc.assert(
      fc.property(seen, fc.nat(), fc.constantFrom('A', 'z', '-', ''), (progress, place, other) => {
        const id = encodeEventId('upload_1', progress);
        expect(decodeEventId('upload_2', id)).toBeUndefined();
        const at = place % id.length;
        const changed = id.slice(0, at) + other + id.slice(at + 1);
        expect(decodeEventId('upload_1', changed)).toEqual(changed === id ? progress : undefined);
      }),
    );
  });

  it.each(['', 'A', 'not base64!', '{}', '\0'])('is not %j', (text) => {
    expect(decodeEventId('upload_1', text)).toBeUndefined();
  });

  it('knows as many files as a declaration may have', () => {
    const files = Array.from({ length: 220 }, (_, i) =>
      aFile(upload, { file_id: `file_${i}`, state: 'rejected' }),
    );
    const progress = progressOf({ upload, files, arrived: new Map() });
    expect(decodeEventId('upload_1', encodeEventId('upload_1', progress))).toEqual(progress);
  });
});
