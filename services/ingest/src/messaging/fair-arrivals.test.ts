import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backlogArrivals, fairArrivals } from './fair-arrivals.ts';
import { fairShare } from './fair-share.ts';
import { workerSlots } from './worker-slots.ts';

const TOTAL = 4;
const ROOM = 24;
const INSPECTION_MS = 200;
const RECEIVE_MS = 5;
const SEND_MS = 5;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A consumer's loop and a worker on queues in memory; bodies are `user:number`, times are the clock's. */
function aWorker(isFair = true) {
  const hot: string[] = [];
  const backlog: string[] = [];
  const inspected: string[] = [];
  const stopping = new AbortController();
  const slots = workerSlots(TOTAL);
  const turns = {
    slots,
    uploaderOf: async (body: string) => body.split(':')[0],
    handle: async ({ body }: { body: string }) => {
      inspected.push(body);
      await pause(INSPECTION_MS);
    },
  };
  const admits = fairShare({ slots, room: ROOM, now: () => new Date() });
  const sideline = async (body: string) => {
    await pause(SEND_MS);
    backlog.push(body);
  };
  const handleHot = isFair ? fairArrivals({ ...turns, admits, sideline }) : turns.handle;
  const signal = new AbortController().signal;

  async function consume(queue: string[], handle: typeof handleHot, concurrency: number): Promise<void> {
    let inFlight = 0;
    while (!stopping.signal.aborted) {
      await pause(RECEIVE_MS);
      for (const body of queue.splice(0, Math.min(10, concurrency - inFlight))) {
        inFlight += 1;
        void handle({ id: body, body, receiveCount: 1 }, signal).finally(() => (inFlight -= 1));
      }
    }
  }
  void consume(hot, handleHot, isFair ? ROOM : TOTAL);
  void consume(backlog, backlogArrivals(turns), ROOM);
  return {
    hot,
    backlog,
    inspected,
    stop: () => stopping.abort(),
    /** How many of the other users' files were inspected before this one. */
    waitFor: async (body: string) => {
      while (!inspected.includes(body)) await vi.advanceTimersByTimeAsync(50);
      return inspected.indexOf(body);
    },
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const files = (userId: string, count: number) => Array.from({ length: count }, (_, i) => `${userId}:${i}`);

describe('a user with one upload behind a user with 10,000', () => {
  it('waits for 10,000 inspections without sidelining', async () => {
    const { hot, waitFor, stop } = aWorker(false);
    hot.push(...files('big', 10_000), 'small:0');
    expect(await waitFor('small:0')).toBe(10_000);
    stop();
  });

  it('waits only until the messages before it are moved, and then for no inspection', async () => {
    const { hot, inspected, waitFor, stop } = aWorker();
    hot.push(...files('big', 10_000), 'small:0');
    const startedAt = Date.now();
    const before = await waitFor('small:0');
    // 10,000 messages in receives of ten; meanwhile the backlog had what slots were free, never the last one.
    const movedMs = 1_000 * (RECEIVE_MS + 1) + SEND_MS;
    expect(Date.now() - startedAt).toBeLessThan(2 * movedMs);
    expect(before).toBeLessThanOrEqual((TOTAL - 1) * (1 + (2 * movedMs) / INSPECTION_MS));
    expect(before).toBeLessThan(200);
    expect(inspected).not.toContain('big:9999');
    stop();
  });

  it('that is in the backlog already is inspected at once', async () => {
    const { backlog, hot, inspected, waitFor, stop } = aWorker();
    backlog.push(...files('big', 10_000));
    await vi.advanceTimersByTimeAsync(10_000);
    const before = inspected.length;
    hot.push('small:0');
    const index = await waitFor('small:0');
    expect(index - before).toBeLessThanOrEqual(TOTAL);
    stop();
  });

  it('has small uploads of several files inspected as quickly', async () => {
    const { backlog, hot, waitFor, inspected, stop } = aWorker();
    backlog.push(...files('big', 10_000));
    await vi.advanceTimersByTimeAsync(1_000);
    const before = inspected.length;
    hot.push(...files('small', 8));
    await waitFor('small:7');
    expect(inspected.slice(before).filter((each) => each.startsWith('big')).length).toBeLessThanOrEqual(24);
    stop();
  });
});

describe('the backlog', () => {
  it('goes on, with one slot at least, while others keep the hot queue busy', async () => {
    const { backlog, hot, inspected, stop } = aWorker();
    backlog.push(...files('big', 100));
    for (let i = 0; i < 400; i += 1) hot.push(`user${i}:0`);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(inspected.filter((each) => each.startsWith('big')).length).toBeGreaterThanOrEqual(40);
    stop();
  });

  it('is worked off to the end, each file once', async () => {
    const { backlog, inspected, stop } = aWorker();
    backlog.push(...files('big', 60), ...files('other', 20));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(inspected.toSorted()).toEqual([...files('big', 60), ...files('other', 20)].toSorted());
    stop();
  });

  it('lets users take turns among the messages that are here at once', async () => {
    const { backlog, inspected, stop } = aWorker();
    backlog.push(...files('big', 15), ...files('other', 4));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(inspected.slice(0, 12).filter((each) => each.startsWith('other'))).toHaveLength(4);
    stop();
  });
});

describe('a message that is sidelined', () => {
  const message = { id: 'm', body: 'big:0', receiveCount: 1 };
  const deps = {
    slots: workerSlots(1),
    uploaderOf: async () => 'big',
    handle: () => Promise.reject(new Error('must not be handled here')),
    admits: () => false,
  };

  it('is not acknowledged when the backlog did not take it', async () => {
    const handle = fairArrivals({ ...deps, sideline: () => Promise.reject(new Error('no answer')) });
    await expect(handle(message, new AbortController().signal)).rejects.toThrow('no answer');
  });

  it('is sent as it was', async () => {
    const sent: string[] = [];
    const handle = fairArrivals({ ...deps, sideline: async (body) => void sent.push(body) });
    await handle(message, new AbortController().signal);
    expect(sent).toEqual(['big:0']);
  });
});
