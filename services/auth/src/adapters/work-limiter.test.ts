import { describe, expect, test } from 'vitest';
import { createWorkLimiter } from './work-limiter.ts';

/** Tasks that end when they are told to. */
function heldTasks() {
  const started: number[] = [];
  const ends: ((outcome: 'done' | Error) => void)[] = [];
  const task = (id: number) => () => {
    started.push(id);
    return new Promise<number>((resolve, reject) => {
      ends[id] = (outcome) => (outcome === 'done' ? resolve(id) : reject(outcome));
    });
  };
  const end = (id: number, outcome: 'done' | Error = 'done') => ends[id]?.(outcome);
  return { started, task, end };
}

describe('work limiter', () => {
  test('no more than `concurrency` tasks run, and the waiting ones start in order', async () => {
    const limiter = createWorkLimiter({ concurrency: 2, maxQueued: 2 });
    const { started, task, end } = heldTasks();
    const runs = [0, 1, 2, 3].map((id) => limiter.run(task(id)));
    await Promise.resolve();
    expect(started).toEqual([0, 1]);
    end(1);
    expect(await runs[1]).toBe(1);
    expect(started).toEqual([0, 1, 2]);
    end(0);
    expect(await runs[0]).toBe(0);
    expect(started).toEqual([0, 1, 2, 3]);
    end(2);
    end(3);
    expect(await Promise.all(runs)).toEqual([0, 1, 2, 3]);
  });

  test('one more than may wait is refused, and its place is not lost', async () => {
    const limiter = createWorkLimiter({ concurrency: 1, maxQueued: 0 });
    const { task, end } = heldTasks();
    const first = limiter.run(task(0));
    await expect(limiter.run(task(1))).rejects.toMatchObject({ code: 'auth.busy' });
    end(0);
    await first;
    const next = limiter.run(task(2));
    await Promise.resolve();
    end(2);
    expect(await next).toBe(2);
  });

  test('a task that fails gives its turn on', async () => {
    const limiter = createWorkLimiter({ concurrency: 1, maxQueued: 1 });
    const { task, end } = heldTasks();
    const first = limiter.run(task(0));
    const second = limiter.run(task(1));
    await Promise.resolve();
    end(0, new Error('broken'));
    await expect(first).rejects.toThrow('broken');
    end(1);
    expect(await second).toBe(1);
  });
});
