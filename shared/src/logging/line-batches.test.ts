import { expect, it, onTestFinished, vi } from 'vitest';
import { lineBatches } from './line-batches.ts';

function batches(maxChars = 10) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const written: string[] = [];
  const flushed = vi.fn<(done?: () => void) => void>((done) => done?.());
  const stream = lineBatches(
    { write: (text) => void written.push(text), flush: flushed },
    { maxChars, waitMs: 50 },
  );
  return { stream, written, flushed };
}

it('hands lines on together once there are enough of them, each whole and in order', () => {
  const { stream, written } = batches();
  for (const line of ['aaaa\n', 'bbb\n', 'cc\n', 'd\n']) stream.write(line);
  expect(written).toEqual(['aaaa\nbbb\ncc\n']);
});

it('hands on what there is after a moment', () => {
  const { stream, written } = batches();
  stream.write('a\n');
  vi.advanceTimersByTime(49);
  expect(written).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(written).toEqual(['a\n']);
  vi.advanceTimersByTime(500);
  expect(written).toEqual(['a\n']);
});

it('makes a line that may wait when it is handed on, in its place', () => {
  const { stream, written } = batches(1_000);
  const made = vi.fn<() => string>(() => 'b\n');
  stream.write('a\n');
  stream.writeLater(made);
  stream.write('c\n');
  expect(made).not.toHaveBeenCalled();
  stream.flush();
  expect(written).toEqual(['a\nb\nc\n']);
});

it('hands everything on before it is flushed', () => {
  const { stream, written, flushed } = batches();
  const done = vi.fn<() => void>();
  stream.write('a\n');
  stream.flush(done);
  expect(written).toEqual(['a\n']);
  expect(flushed).toHaveBeenCalledOnce();
  expect(done).toHaveBeenCalledOnce();
});

it('gives up what waits to who writes it, once', () => {
  const { stream, written } = batches();
  stream.write('a\n');
  stream.write('b\n');
  expect([stream.takeRest(), stream.takeRest()]).toEqual(['a\nb\n', '']);
  vi.advanceTimersByTime(500);
  expect(written).toEqual([]);
});
