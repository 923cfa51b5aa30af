import { describe, expect, it } from 'vitest';
import type { DeadLetterQueue, Outgoing } from './dead-letter-queue.ts';
import { aLetter, memoryDeadLetters } from './memory-dead-letters.ts';
import { redriveLetters, type RedriveOptions } from './redrive-letters.ts';

function aRun(changes: Partial<RedriveOptions> = {}) {
  const clock = { at: Date.parse('2026-11-22T12:00:00.000Z') };
  const pauses: number[] = [];
  const options: RedriveOptions = {
    reason: undefined,
    max: undefined,
    rate: 50,
    now: () => new Date(clock.at),
    pause: async (ms) => {
      pauses.push(ms);
      clock.at += ms;
    },
    ...changes,
  };
  return { options, pauses, clock };
}

const many = (count: number, attributes: Record<string, string> = { reason: 'Error' }) =>
  Array.from({ length: count }, () => aLetter(attributes));

describe('redriving', () => {
  it('moves every message back as it was, and says when', async () => {
    const letters = memoryDeadLetters([
      aLetter(
        {
          reason: 'not JSON',
          receive_count: '8',
          type: 'asset.deleted',
          first_sent_at: '2026-11-19T12:00:00.000Z',
        },
        { Body: '{"half":' },
      ),
    ]);
    const { options } = aRun();
    expect(await redriveLetters(letters.queue, options)).toEqual({
      queue: 'downloads',
      moved: 1,
      left: 0,
      came_back: 0,
      refused: 0,
    });
    expect(letters.there.size).toBe(0);
    const [sent] = letters.source;
    expect(sent?.body).toBe('{"half":');
    expect(Object.entries(sent?.attributes ?? {}).map(([name, value]) => [name, value.StringValue])).toEqual([
      ['first_sent_at', '2026-11-19T12:00:00.000Z'],
      ['type', 'asset.deleted'],
      ['redriven_at', '2026-11-22T12:00:00.000Z'],
    ]);
  });

  it('keeps to the rate', async () => {
    const letters = memoryDeadLetters(many(100));
    const { options, pauses } = aRun({ rate: 20 });
    await redriveLetters(letters.queue, options);
    expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBeCloseTo(5_000);
  });

  it('moves no more than asked for, and lets go of the others', async () => {
    const letters = memoryDeadLetters(many(30));
    const { options } = aRun({ max: 13 });
    expect((await redriveLetters(letters.queue, options)).moved).toBe(13);
    expect([letters.there.size, letters.taken.size]).toEqual([17, 13]);
  });

  it('leaves those with another reason, and lets go of them', async () => {
    const letters = memoryDeadLetters([...many(12, { reason: 'not JSON' }), ...many(5), aLetter()]);
    const { options } = aRun({ reason: 'Error' });
    expect(await redriveLetters(letters.queue, options)).toMatchObject({ moved: 5, left: 13 });
    expect(letters.there.size).toBe(13);
    expect([...letters.there.keys()].some((id) => letters.taken.has(id))).toBe(false);
  });

  it('does not loop with one that dies again at once, and leaves it', async () => {
    const letters = memoryDeadLetters(many(3));
    const { options } = aRun();
    const dyingAgain = {
      ...letters.queue,
      sendBack: async (messages: readonly Outgoing[]) => {
        for (const { body, attributes } of messages) {
          letters.bury({ ...aLetter({ reason: 'Error' }, { Body: body }), MessageAttributes: attributes });
        }
        return letters.queue.sendBack(messages);
      },
    };
    expect(await redriveLetters(dyingAgain, options)).toMatchObject({ moved: 3, came_back: 3 });
    expect(letters.there.size).toBe(3);
    const later = aRun();
    later.clock.at += 60_000;
    expect(await redriveLetters(letters.queue, later.options)).toMatchObject({ moved: 3, came_back: 0 });
  });

  it.each(['sendBack', 'remove'] as const)('loses nothing when it fails in %s', async (step) => {
    const letters = memoryDeadLetters(many(25));
    const { options } = aRun();
    let calls = 0;
    const orFail = () => {
      calls += 1;
      if (calls === 2) throw new Error('no answer');
    };
    const failing: DeadLetterQueue = {
      ...letters.queue,
      async sendBack(messages) {
        if (step === 'sendBack') orFail();
        return letters.queue.sendBack(messages);
      },
      async remove(messages) {
        if (step === 'remove') orFail();
        return letters.queue.remove(messages);
      },
    };
    await expect(redriveLetters(failing, options)).rejects.toThrow('no answer');
    expect(letters.there.size).toBe(15);
    expect([...letters.there.keys()].some((id) => letters.taken.has(id))).toBe(false);
    await redriveLetters(letters.queue, aRun().options);
    expect(letters.there.size).toBe(0);
    expect(letters.source.length).toBe(step === 'remove' ? 35 : 25);
  });

  it('keeps what the queue does not take', async () => {
    const letters = memoryDeadLetters(many(4));
    const picky = {
      ...letters.queue,
      sendBack: async (all: readonly unknown[]) => all.map((_, i) => i !== 1),
    };
    expect(await redriveLetters(picky, aRun().options)).toMatchObject({ moved: 3, refused: 1 });
    expect([letters.there.size, letters.taken.size]).toEqual([1, 3]);
  });
});
