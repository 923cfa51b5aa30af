import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { boundedRecording } from './bounded-recording.ts';
import { lossMeter } from './loss-meter.ts';

describe('recording a grant (I13)', () => {
  const aMeter = () => vi.fn<(reason: unknown) => void>();

  it('waits for the queue when it answers in time', async () => {
    const meterLoss = aMeter();
    await boundedRecording({ meterLoss, waitMs: 1_000 })(async () => undefined);
    expect(meterLoss).not.toHaveBeenCalled();
  });

  it('goes on and meters the loss when the queue refuses', async () => {
    const meterLoss = aMeter();
    const refusal = new Error('refused');
    await boundedRecording({ meterLoss, waitMs: 1_000 })(() => Promise.reject(refusal));
    expect(meterLoss).toHaveBeenCalledExactlyOnceWith(refusal);
  });

  it('goes on after the bound and meters the loss once, also when the refusal comes later', async () => {
    const meterLoss = aMeter();
    const late = Promise.withResolvers<void>();
    const startedAt = performance.now();
    await boundedRecording({ meterLoss, waitMs: 20 })(() => late.promise);
    expect(performance.now() - startedAt).toBeLessThan(500);
    late.reject(new Error('refused after all'));
    await Promise.resolve();
    expect(meterLoss).toHaveBeenCalledOnce();
  });
});

it('the meter counts every loss and reports once a period, the last ones too', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const report = vi.fn<(loss: { lostSinceReport: number; lostInTotal: number }) => void>();
  const losses = lossMeter({ report, now: () => new Date(), periodMs: 1_000 });
  const reports = () => report.mock.calls.map(([loss]) => [loss.lostSinceReport, loss.lostInTotal]);
  for (const afterMs of [0, 10, 10]) {
    vi.advanceTimersByTime(afterMs);
    losses.meter(new Error('refused'));
  }
  expect(losses.total()).toBe(3);
  expect(reports()).toEqual([[1, 1]]);
  vi.advanceTimersByTime(980);
  expect(reports()).toEqual([
    [1, 1],
    [2, 3],
  ]);
  vi.advanceTimersByTime(5_000);
  losses.meter(new Error('refused'));
  expect(reports()).toHaveLength(3);
});
