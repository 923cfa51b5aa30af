import { expect, it, vi } from 'vitest';
import { memorySaltStore } from '../../adapters/memory-salt-store.ts';
import { dailySalt } from './daily-salt.ts';

const noon = new Date('2026-11-22T12:00:00Z');
const lastHour = new Date('2026-11-22T23:30:00Z');
const tomorrow = new Date('2026-11-23T00:00:01Z');

function aProcess(store = memorySaltStore(), name = 'a') {
  let made = 0;
  const onFailure = vi.fn<(error: unknown) => void>();
  return { onFailure, saltOf: dailySalt({ store, newSalt: () => `${name}${(made += 1)}`, onFailure }) };
}

it('all processes have one salt a day, also one that starts anew', async () => {
  const store = memorySaltStore();
  const salt = await aProcess(store).saltOf(noon);
  expect(await aProcess(store, 'b').saltOf(noon)).toBe(salt);
  expect(await aProcess(store, 'c').saltOf(tomorrow)).not.toBe(salt);
});

it('the salt is asked for once a day, and before midnight for the next one', async () => {
  const store = memorySaltStore();
  const agree = vi.spyOn(store, 'agree');
  const { saltOf } = aProcess(store);
  const salts = await Promise.all([saltOf(noon), saltOf(noon), saltOf(lastHour)]);
  expect(new Set(salts).size).toBe(1);
  expect(agree.mock.calls.map(([day]) => day)).toEqual(['2026-11-22', '2026-11-23']);
  await saltOf(tomorrow);
  expect(agree).toHaveBeenCalledTimes(2);
});

it('a salt is forgotten when its day is over for everybody', async () => {
  const store = memorySaltStore();
  const { saltOf } = aProcess(store);
  for (const day of ['20', '21', '22', '23']) await saltOf(new Date(`2026-11-${day}T01:00:00Z`));
  await vi.waitFor(() => expect(store.days()).toEqual(['2026-11-22', '2026-11-23']), { timeout: 10_000 });
});

it('a store that fails is asked again the next time', async () => {
  const store = memorySaltStore();
  vi.spyOn(store, 'agree').mockRejectedValueOnce(new Error('away'));
  const { saltOf } = aProcess(store);
  await expect(saltOf(noon)).rejects.toThrow('away');
  expect(await saltOf(noon)).toBe('a2');
});
