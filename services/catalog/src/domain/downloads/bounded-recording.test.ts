import { describe, expect, it, vi } from 'vitest';
import { aGrant } from '../../testing/builders.ts';
import { boundedRecording } from './bounded-recording.ts';
import { lossMeter } from './loss-meter.ts';

describe('recording a grant (I13)', () => {
  it('waits for the queue when it answers in time', async () => {
    const meterLoss = vi.fn<(reason: unknown) => void>();
    await boundedRecording({ record: async () => undefined, meterLoss, waitMs: 1_000 })(aGrant());
    expect(meterLoss).not.toHaveBeenCalled();
  });

  it('goes on and meters the loss when the queue refuses', async () => {
    const meterLoss = vi.fn<(reason: unknown) => void>();
    const refusal = new Error('refused');
    await boundedRecording({ record: () => Promise.reject(refusal), meterLoss, waitMs: 1_000 })(aGrant());
    expect(meterLoss).toHaveBeenCalledExactlyOnceWith(refusal);
  });

  it('goes on after the bound and meters the loss when the queue does not answer', async () => {
    const meterLoss = vi.fn<(reason: unknown) => void>();
    const startedAt = performance.now();
    const never = new Promise<void>(() => undefined);
    await boundedRecording({ record: () => never, meterLoss, waitMs: 20 })(aGrant());
    expect(performance.now() - startedAt).toBeLessThan(500);
    expect(meterLoss).toHaveBeenCalledOnce();
  });
});

it('the meter counts every loss and reports once a period', () => {
  let at = 0;
  const report = vi.fn<(loss: { lostSinceReport: number; lostInTotal: number }) => void>();
  const losses = lossMeter({ report, now: () => new Date(at), periodMs: 1_000 });
  for (at of [0, 10, 20, 1_500]) losses.meter(new Error('refused'));
  expect(losses.total()).toBe(4);
  expect(report.mock.calls.map(([loss]) => [loss.lostSinceReport, loss.lostInTotal])).toEqual([
    [1, 1],
    [3, 4],
  ]);
});
