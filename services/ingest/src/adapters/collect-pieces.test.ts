import { expect, it } from 'vitest';
import { collectPieces } from './collect-pieces.ts';

it('collects what is young once for every eight MiB that were received', () => {
  const calls: unknown[] = [];
  const doneWith = collectPieces((options) => calls.push(options));
  for (let piece = 0; piece < 127; piece += 1) doneWith(2 ** 16);
  expect(calls).toEqual([]);
  for (let piece = 0; piece < 129; piece += 1) doneWith(2 ** 16);
  expect(calls).toEqual([{ type: 'minor' }, { type: 'minor' }]);
});

it('frees buffers without a collection of everything', () => {
  const doneWith = collectPieces();
  const before = process.memoryUsage().arrayBuffers;
  for (let piece = 0; piece < 1_024; piece += 1) doneWith(new Uint8Array(2 ** 16).byteLength);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 2 ** 20);
});
