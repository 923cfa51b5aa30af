import { expect, it } from 'vitest';
import { currentRevocations } from './current-revocations.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');

function world() {
  const stored = ['key_1'];
  const state = { isAway: false, nowMs: NOON, reads: 0 };
  const revocations = currentRevocations(
    {
      async list() {
        state.reads += 1;
        if (state.isAway) throw new Error('away');
        const read = [...stored];
        await Promise.resolve();
        return read;
      },
      async add(id) {
        stored.push(id);
      },
    },
    () => new Date(state.nowMs),
  );
  return { revocations, state, stored };
}

it('reads the table at most once a second', async () => {
  const { revocations, state, stored } = world();
  expect(await revocations.look(['key_2'])).toBe('live');
  stored.push('key_2');
  expect(await revocations.look(['key_2'])).toBe('live');
  expect(state.reads).toBe(1);
  state.nowMs += 1_000;
  expect(await revocations.look(['key_2'])).toBe('revoked');
});

it('what it revokes itself counts at once, also while the table is away', async () => {
  const { revocations, state } = world();
  await revocations.all();
  await revocations.add('key_2', new Date(NOON + 1));
  state.isAway = true;
  expect(await revocations.look(['key_2'])).toBe('revoked');
});

it('a list that was read while something was revoked does not make that good again', async () => {
  const { revocations, state } = world();
  await revocations.all();
  state.nowMs += 1_000;
  const reading = revocations.all();
  await revocations.add('key_2', new Date(NOON + 60_000));
  await reading;
  state.isAway = true;
  expect(await revocations.look(['key_2'])).toBe('revoked');
});

it('keeps the last list for ten minutes, under the date that it had', async () => {
  const { revocations, state } = world();
  await revocations.all();
  state.isAway = true;
  state.nowMs += 599_000;
  expect(await revocations.all()).toMatchObject({ ids: ['key_1'], at: new Date(NOON) });
  expect(await revocations.look(['key_1'])).toBe('revoked');
  state.nowMs += 1_000;
  await expect(revocations.all()).rejects.toThrow('away');
  state.isAway = false;
  expect(await revocations.look(['key_1'])).toBe('revoked');
});

it('has nothing to fall back on before it has read a list', async () => {
  const { revocations, state } = world();
  state.isAway = true;
  await expect(revocations.look(['key_1'])).rejects.toThrow('away');
});
