import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { InspectionFault } from '../src/domain/inspecting/inspection-fault.ts';
import { KNOWN_PICTURE } from '../src/adapters/inspection/known-picture.ts';
import type { InspectorOptions } from '../src/adapters/inspection/child-process-inspector.ts';
import { aStoredFile, aStoredPicture, childModule, inspectorWith } from './support/inspecting.ts';

const signal = new AbortController().signal;
const open: { close(): Promise<void> }[] = [];
let filesBefore: string[];

const temporaryFiles = async () =>
  (await readdir(tmpdir())).filter((name) => /vips|sharp|inspection|node-/.test(name)).sort();

beforeAll(async () => {
  filesBefore = await temporaryFiles();
});
afterEach(async () => {
  for (const inspector of open.splice(0)) await inspector.close();
});
function anInspector(options: Partial<InspectorOptions> = {}) {
  const inspector = inspectorWith(options);
  open.push(inspector);
  return inspector;
}

const aFile = (path = 'a.bin') => aStoredFile(Buffer.from('abc'), { path });

describe('I8, I1: an inspector that', () => {
  it.each([
    ['crashes', 'crashed'],
    ['answers-nonsense', 'answered nonsense'],
    ['hangs', 'stalled'],
    ['asks-outside', 'answered nonsense'],
    ['asks-for-ever', 'too many reads'],
    ['is-missing', 'inspector missing'],
  ])('%s fails its job as ours, and never accepts or blames the file', async (name, kind) => {
    const inspector = anInspector({ childModule: childModule(name), stallMs: 400, timeoutMs: 20_000 });
    const failed = inspector.inspect(aFile(), signal);
    await expect(failed).rejects.toMatchObject({ kind, blame: 'us' });
  });

  it('takes memory without end is ended by its parent, though it never looks at itself', async () => {
    // What it takes to get there is the machine's time, three times over: 512 MB are more than two busy cores
    // give in two seconds. Where the limit is has no part in how it is kept.
    const maxRssBytes = 160 * 2 ** 20;
    const inspector = anInspector({ childModule: childModule('takes-memory'), maxRssBytes });
    await expect(inspector.inspect(aFile(), signal)).rejects.toMatchObject({ kind: 'out of memory' });
  });

  it.each(['not sorted', 'there twice', 'leads outside', 'bytes outside', 'too few'])(
    'tells of entries that are %s is not believed',
    async (path) => {
      const inspector = anInspector({ childModule: childModule('lies-about-entries') });
      await expect(inspector.inspect(aFile(path), signal)).rejects.toMatchObject({
        kind: 'answered nonsense',
      });
    },
  );

  it('has more waiting than it may turns the next one away, and does the others', async () => {
    const inspector = anInspector({ maxWaiting: 1 });
    const jobs = await Promise.allSettled(
      [aFile(), aFile(), aFile()].map((file) => inspector.inspect(file, signal)),
    );
    expect(jobs.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(jobs[2]).toMatchObject({ reason: { kind: 'queue full', blame: 'us' } });
  });

  it('is closed takes no more, and lets go of what waits', async () => {
    const inspector = anInspector({ childModule: childModule('hangs') });
    const jobs = [inspector.inspect(aFile(), signal), inspector.inspect(aFile(), signal)];
    const settled = Promise.allSettled(jobs);
    await inspector.close();
    for (const job of await settled) expect(job).toMatchObject({ status: 'rejected' });
    await expect(inspector.inspect(aFile(), signal)).rejects.toBeInstanceOf(InspectionFault);
  });
});

describe('I8: a file that', () => {
  it('crashes or spins a working inspector is blamed, and costs its neighbours nothing', async () => {
    const inspector = anInspector({
      childModule: childModule('bad-at-one-file'),
      processes: 2,
      stallMs: 2_000,
    });
    const paths = ['a', 'crashes', 'b', 'spins', 'c', 'crashes', 'd'];
    const jobs = await Promise.allSettled(paths.map((path) => inspector.inspect(aFile(path), signal)));
    const outcomes = jobs.map((job) =>
      job.status === 'fulfilled' ? 'done' : (job.reason as InspectionFault).blame,
    );
    expect(outcomes).toEqual(paths.map((path) => (['crashes', 'spins'].includes(path) ? 'file' : 'done')));
  });

  it('spoils its child for the next file is not noticed by that one, which is done again', async () => {
    const inspector = anInspector({ childModule: childModule('bad-at-one-file') });
    await inspector.inspect(aFile('spoils'), signal);
    expect(await inspector.inspect(aFile('b'), signal)).toMatchObject({ outcome: 'accepted' });
  });

  it('takes too much memory ends its child, and the next one is done', async () => {
    const small = anInspector({ maxRssBytes: 1 });
    await expect(small.inspect(aFile(), signal)).rejects.toMatchObject({ blame: 'us' });
    expect(await anInspector().inspect(aFile(), signal)).toMatchObject({ outcome: 'accepted' });
  });

  it('cannot be read from the store is tried again later, by and it is our fault', async () => {
    const inspector = anInspector();
    const broken = aStoredFile(Buffer.alloc(10), {
      stream() {
        throw new Error('the store is away');
      },
    });
    await expect(inspector.inspect(broken, signal)).rejects.toMatchObject({
      kind: 'store unavailable',
      blame: 'us',
    });
    expect(await inspector.inspect(aFile(), signal)).toMatchObject({ outcome: 'accepted' });
  });
});

describe('a file that needs more memory than an ordinary child has', () => {
  it('is done by a roomy one', async () => {
    const inspector = anInspector({ childModule: childModule('needs-room'), roomyRssBytes: 600 * 2 ** 20 });
    const finding = await inspector.inspect(aFile(), signal);
    expect(finding).toMatchObject({ refusal: { detail: `with ${600 * 2 ** 20} bytes` } });
  });

  it('and says so of that one, too, is not believed', async () => {
    const inspector = anInspector({ childModule: childModule('needs-room') });
    const failed = inspector.inspect(aFile('never enough'), signal);
    await expect(failed).rejects.toMatchObject({ kind: 'answered nonsense' });
  });
});

describe('a child', () => {
  it('has no environment, files, processes, workers or network', async () => {
    const inspector = anInspector({ childModule: childModule('tells-what-it-can') });
    const finding = await inspector.inspect(aFile(), signal);
    expect(finding).toMatchObject({ refusal: { detail: 'could: ' } });
  });

  it('has served its number of jobs is replaced', async () => {
    const inspector = anInspector({ jobsPerChild: 1 });
    for (let i = 0; i < 3; i += 1) {
      expect(await inspector.inspect(aFile(), signal)).toMatchObject({ outcome: 'accepted' });
    }
  });

  it('is given up with its job', async () => {
    const inspector = anInspector({ childModule: childModule('hangs') });
    const given = AbortSignal.timeout(200);
    await expect(inspector.inspect(aFile(), given)).rejects.toThrow('aborted');
  });
});

describe('what is read of a file', () => {
  it('is one pass for an opaque file and for a picture', async () => {
    const inspector = anInspector();
    const opaque = aStoredFile(Buffer.alloc(3 * 2 ** 20, 0xff));
    await inspector.inspect(opaque, signal);
    const picture = aStoredPicture(KNOWN_PICTURE, 'image/png');
    await inspector.inspect(picture, signal);
    expect([opaque.bytesRead(), opaque.timesStreamed()]).toEqual([opaque.size, 1]);
    expect([picture.bytesRead(), picture.timesStreamed()]).toEqual([picture.size, 1]);
  });

  it('is little of one that is refused by its beginning', async () => {
    const program = Buffer.alloc(20 * 2 ** 20);
    program.write('#!/bin/sh');
    const inspector = anInspector();
    const file = aStoredFile(program, { declaredType: 'image/png' });
    expect(await inspector.inspect(file, signal)).toMatchObject({ outcome: 'rejected' });
    expect(file.bytesRead()).toBeLessThan(2 ** 18);
  });
});

it('nothing of all that has left a file behind', async () => {
  expect(await temporaryFiles()).toEqual(filesBefore);
});
