import { describe, expect, it } from 'vitest';
import { workerSlots, type Lane, type WorkerSlots } from './worker-slots.ts';

/** Jobs that end when told to, by the order in which they have begun. */
function jobsOn(slots: WorkerSlots) {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const take = (lane: Lane, userId: string, signal = new AbortController().signal) =>
    slots.run({ lane, userId, signal }, () => {
      begun.push(`${lane} ${userId}`);
      return new Promise<void>((resolve) => ends.push(resolve));
    });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    begun,
    take,
    add: async (lane: Lane, ...users: string[]) => {
      for (const userId of users) void take(lane, userId);
      await settled();
    },
    endFirst: async () => {
      ends.shift()?.();
      await settled();
    },
  };
}

describe('the slots of a worker', () => {
  it('never run more jobs than there are slots, and all in the end', async () => {
    const { begun, add, endFirst } = jobsOn(workerSlots(2));
    await add('arrivals', 'a', 'b', 'c', 'd');
    expect(begun).toHaveLength(2);
    await endFirst();
    expect(begun).toHaveLength(3);
    for (let i = 0; i < 3; i += 1) await endFirst();
    expect(begun).toEqual(['arrivals a', 'arrivals b', 'arrivals c', 'arrivals d']);
  });

  it.each(['arrivals', 'backlog'] as const)('are never all given to one user of the %s', async (lane) => {
    const { begun, add } = jobsOn(workerSlots(4));
    await add(lane, 'big', 'big', 'big', 'big', 'big');
    expect(begun).toHaveLength(3);
    await add('arrivals', 'small');
    expect(begun.at(-1)).toBe('arrivals small');
  });

  it('are never all given to the backlog, whoever is in it', async () => {
    const { begun, add } = jobsOn(workerSlots(3));
    await add('backlog', 'a', 'b', 'c', 'd');
    expect(begun).toHaveLength(2);
    await add('arrivals', 'e');
    expect(begun).toHaveLength(3);
  });

  it('go to the user with the fewest running jobs, and users take turns', async () => {
    const { begun, add, endFirst } = jobsOn(workerSlots(2));
    await add('arrivals', 'a', 'b', 'a', 'a', 'b', 'c');
    for (let i = 0; i < 6; i += 1) await endFirst();
    expect(begun.map((each) => each.at(-1))).toEqual(['a', 'b', 'c', 'a', 'b', 'a']);
  });

  it.each([1, 2, 3])('of a number of %i starve neither the backlog nor the arrivals', async (total) => {
    const { begun, add, endFirst } = jobsOn(workerSlots(total));
    await add('arrivals', ...Array.from({ length: 20 }, (_, i) => `a${i}`));
    await add('backlog', ...Array.from({ length: 20 }, (_, i) => `b${i}`));
    for (let i = 0; i < 12; i += 1) await endFirst();
    const lanes = begun.map((each) => each.split(' ')[0]);
    expect(lanes.filter((lane) => lane === 'backlog').length).toBeGreaterThanOrEqual(4);
    expect(lanes.filter((lane) => lane === 'arrivals').length).toBeGreaterThanOrEqual(6);
  });

  it('forget who no longer waits, and who has failed', async () => {
    const slots = workerSlots(1);
    const { begun, add, take, endFirst } = jobsOn(slots);
    await add('arrivals', 'a');
    const gone = new AbortController();
    const waiting = take('arrivals', 'b', gone.signal);
    expect([slots.held('arrivals'), slots.held('arrivals', 'b'), slots.held('backlog')]).toEqual([2, 1, 0]);
    gone.abort(new Error('no longer'));
    await expect(waiting).rejects.toThrow('no longer');
    expect(slots.held('arrivals')).toBe(1);
    await endFirst();
    const failing = slots.run(
      { lane: 'arrivals', userId: 'c', signal: new AbortController().signal },
      async () => {
        throw new Error('failed');
      },
    );
    await expect(failing).rejects.toThrow('failed');
    expect(slots.held('arrivals')).toBe(0);
    expect(begun).toEqual(['arrivals a']);
  });
});
