import { MessageNotInflight } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { thisMoment } from './elapsed.ts';
import { holdMessage, MessageLostError, type MessageLeaseOptions } from './message-lease.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const VISIBILITY_MS = 30_000;

function aLease(changes: Partial<MessageLeaseOptions> = {}) {
  const heartbeats: number[] = [];
  const told: string[] = [];
  const drain = new AbortController();
  const startedAt = Date.now();
  const lease = holdMessage({
    visibilityMs: VISIBILITY_MS,
    since: thisMoment(),
    extend: async () => void heartbeats.push(Date.now() - startedAt),
    drain: drain.signal,
    maxHandlingMs: 3_600_000,
    onHeartbeatFailed: () => told.push('failed'),
    onDeaf: () => told.push('deaf'),
    ...changes,
  });
  return { lease, heartbeats, told, drain };
}

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const noAnswer = () => Promise.reject(new Error('no answer'));
/** The process stands still, and so do its timers; the world goes on. */
const freeze = (ms: number) => void vi.setSystemTime(Date.now() + ms);

describe('a message that is being handled', () => {
  test('is held by a heartbeat every third of its visibility, for as long as it takes', async () => {
    const { lease, heartbeats } = aLease();
    await wait(10 * VISIBILITY_MS);
    expect(heartbeats.slice(0, 3)).toEqual([10_000, 20_000, 30_000]);
    expect(heartbeats).toHaveLength(30);
    expect([lease.isHeld(), lease.signal.aborted]).toEqual([true, false]);
    await lease.end();
    await wait(VISIBILITY_MS);
    expect(heartbeats).toHaveLength(30);
  });

  test('is held on when a heartbeat fails and the next one does not', async () => {
    let calls = 0;
    const { lease, told } = aLease({
      extend: () => {
        calls += 1;
        return calls % 2 === 1 ? noAnswer() : Promise.resolve();
      },
    });
    await wait(10 * VISIBILITY_MS);
    expect(lease.isHeld()).toBe(true);
    expect(told.length).toBeGreaterThan(5);
    await lease.end();
  });

  test('is lost when no heartbeat comes through for its visibility, and then at once', async () => {
    const { lease } = aLease({ extend: noAnswer });
    await wait(VISIBILITY_MS - 1);
    expect(lease.signal.aborted).toBe(false);
    const aborted = vi.fn<() => void>();
    lease.signal.addEventListener('abort', aborted);
    await wait(1);
    expect(aborted).toHaveBeenCalledOnce();
    expect(lease.signal.reason).toBeInstanceOf(MessageLostError);
    expect(lease.isHeld()).toBe(false);
    await lease.end();
  });

  test('is lost when the answers to its heartbeats are, although they may have been done', async () => {
    const { lease } = aLease({ extend: () => new Promise(() => undefined) });
    await wait(VISIBILITY_MS);
    expect(lease.isHeld()).toBe(false);
  });

  test.each([
    new MessageNotInflight({ message: 'gone', $metadata: {} }),
    Object.assign(new Error('receipt'), { name: 'ReceiptHandleIsInvalid2' }),
    Object.assign(new Error('receipt'), { name: 'InvalidParameterValue' }),
  ])('is lost when the queue refuses its receipt (%o), and not for another error', async (error) => {
    const extend = async () => {
      throw error;
    };
    const { lease } = aLease({ extend });
    await wait(VISIBILITY_MS / 3);
    const isRefusal = error.name !== 'ReceiptHandleIsInvalid2';
    expect([lease.signal.aborted, lease.isHeld()]).toEqual([isRefusal, !isRefusal]);
    await lease.end();
  });
});

describe('a worker that was frozen past the visibility of its message', () => {
  test('finds its signal aborted before any timer has run', () => {
    const { lease } = aLease();
    expect(lease.signal.aborted).toBe(false);
    freeze(VISIBILITY_MS);
    expect(lease.signal.aborted).toBe(true);
  });

  test('is stopped by throwIfAborted, and by a signal made of this one', () => {
    const { lease } = aLease();
    const derived = AbortSignal.any([lease.signal]);
    freeze(VISIBILITY_MS);
    expect(() => lease.signal.throwIfAborted()).toThrow(MessageLostError);
    expect(derived.aborted).toBe(true);
  });

  test('sends no heartbeat, which would take the message from whoever has it now', async () => {
    const { lease, heartbeats } = aLease();
    freeze(VISIBILITY_MS);
    await wait(VISIBILITY_MS);
    expect(heartbeats).toEqual([]);
    expect(lease.isHeld()).toBe(false);
  });

  test('does not even begin with what it received before', () => {
    const since = thisMoment();
    freeze(VISIBILITY_MS);
    const { lease } = aLease({ since });
    expect(() => lease.signal.throwIfAborted()).toThrow(MessageLostError);
  });

  test('goes on when it was frozen for less', async () => {
    const { lease, heartbeats } = aLease();
    freeze(VISIBILITY_MS - 1_000);
    expect([lease.signal.aborted, lease.isHeld()]).toEqual([false, true]);
    await lease.end();
    expect(heartbeats).toEqual([]);
  });
});

describe('a handler', () => {
  test('that hangs is aborted, and its message let go when it does not hear', async () => {
    const { lease, heartbeats, told } = aLease({ maxHandlingMs: 60_000 });
    await wait(60_000);
    expect([lease.signal.aborted, lease.isHeld()]).toEqual([true, true]);
    const before = heartbeats.length;
    await wait(2 * VISIBILITY_MS);
    expect(heartbeats.length).toBeLessThanOrEqual(before + 1);
    expect([told, lease.isHeld()]).toEqual([['deaf'], false]);
  });

  test('hears when the process can wait no longer, before or after it has begun', () => {
    const { lease, drain } = aLease();
    drain.abort();
    expect([lease.signal.aborted, lease.isHeld()]).toEqual([true, true]);
    expect(aLease({ drain: drain.signal }).lease.signal.aborted).toBe(true);
  });

  test('that has heard is not called deaf', async () => {
    const { lease, drain, told } = aLease();
    drain.abort();
    await lease.end();
    await wait(VISIBILITY_MS);
    expect(lease.isHeld()).toBe(false);
    await wait(VISIBILITY_MS);
    expect(told).toEqual([]);
  });

  test('whose last heartbeat is under way waits for it, so that it undoes nothing that follows', async () => {
    const beat = Promise.withResolvers<void>();
    const { lease } = aLease({ extend: () => beat.promise });
    await wait(VISIBILITY_MS / 3);
    const ended = vi.fn<() => void>();
    const ending = lease.end().then(ended);
    await wait(1_000);
    expect(ended).not.toHaveBeenCalled();
    beat.resolve();
    await ending;
    expect(ended).toHaveBeenCalledOnce();
  });
});
