import { describe, expect, test } from 'vitest';
import { memoryAttemptStore } from '../adapters/memory-attempt-store.ts';
import { NOON } from '../testing/builders.ts';
import { networkOf } from './network-of.ts';
import { signInThrottle } from './sign-in-throttle.ts';

function aThrottle() {
  const clock = { now: new Date(NOON) };
  const deps = { attempts: memoryAttemptStore(), now: () => clock.now };
  const throttle = signInThrottle(deps);
  const begin = (name: string, address: string) => throttle.begin({ name }, address);
  const fail = async (name: string, address: string) => (await begin(name, address)).failed();
  const succeed = async (name: string, address: string) => (await begin(name, address)).succeeded();
  const wait = (seconds: number) => (clock.now = new Date(clock.now.getTime() + seconds * 1_000));
  return { deps, throttle, begin, fail, succeed, wait };
}

const tooMany = { code: 'auth.too_many_attempts' };
const stranger = (n: number) => `198.51.${Math.floor(n / 250)}.${n % 250}`;

describe('failed sign-ins', () => {
  test('from a hundred addresses on one account are slowed down after the fifth, ever more, to 15 minutes', async () => {
    const { begin, fail, wait } = aThrottle();
    for (let n = 0; n < 5; n++) await fail('mara', stranger(n));
    const waits: number[] = [];
    for (let n = 5; n < 100; n++) {
      const refused = await begin('mara', stranger(n)).catch((error: unknown) => error);
      expect(refused).toMatchObject(tooMany);
      const { retryAfterSeconds } = refused as { retryAfterSeconds: number };
      waits.push(retryAfterSeconds);
      wait(retryAfterSeconds);
      await fail('mara', stranger(n));
    }
    expect(waits.slice(0, 5)).toEqual([1, 2, 4, 8, 16]);
    expect(Math.max(...waits)).toBe(900);
  });

  test('of strangers do not lock the owner out where they have signed in before', async () => {
    const { begin, fail, succeed } = aThrottle();
    await succeed('mara', '192.0.2.7');
    for (let n = 0; n < 5; n++) await fail('mara', stranger(n));
    await expect(begin('mara', stranger(9))).rejects.toMatchObject(tooMany);
    await succeed('mara', '192.0.2.7');
    for (let n = 0; n < 5; n++) await fail('mara', '192.0.2.7');
    await expect(begin('mara', '192.0.2.7')).rejects.toMatchObject(tooMany);
  });

  test('of strangers at other accounts do not lock out who shares their address and has signed in from it', async () => {
    const { begin, fail, succeed } = aThrottle();
    await succeed('mara', '203.0.113.5');
    for (let n = 0; n < 50; n++) await fail(`user ${n}`, '203.0.113.5');
    await expect(begin('lena', '203.0.113.5')).rejects.toMatchObject(tooMany);
    await succeed('mara', '203.0.113.5');
    for (let n = 0; n < 5; n++) await fail('mara', '203.0.113.5');
    await expect(begin('mara', '203.0.113.5')).rejects.toMatchObject(tooMany);
  });

  test('of a stranger who signs in under an asin do not count where its user proves the password', async () => {
    const { begin, fail, throttle } = aThrottle();
    for (let n = 0; n < 5; n++) await fail('user_01', stranger(n));
    await expect(begin('user_01', stranger(9))).rejects.toMatchObject(tooMany);
    await expect(throttle.begin({ userId: 'user_01' }, '192.0.2.7')).resolves.toBeDefined();
  });

  test('lock the owner out of a new device for 15 minutes at most', async () => {
    const { fail, succeed, wait } = aThrottle();
    for (let n = 0; n < 40; n++) {
      await fail('mara', stranger(n));
      wait(901);
    }
    await succeed('mara', '192.0.2.99');
  });

  test('of one address on a thousand accounts are stopped by the address', async () => {
    const { fail, begin } = aThrottle();
    for (let n = 0; n < 50; n++) await fail(`user ${n}`, '203.0.113.5');
    await expect(begin('user 51', '203.0.113.5')).rejects.toMatchObject(tooMany);
    await expect(begin('user 51', '203.0.113.6')).resolves.toBeDefined();
  });

  test('are the same for all replicas', async () => {
    const { deps, fail } = aThrottle();
    for (let n = 0; n < 5; n++) await fail('mara', stranger(n));
    await expect(signInThrottle(deps).begin({ name: 'mara' }, stranger(9))).rejects.toMatchObject(tooMany);
  });

  test('are forgotten after a day', async () => {
    const { fail, begin, wait } = aThrottle();
    for (let n = 0; n < 5; n++) await fail('mara', stranger(n));
    wait(86_401);
    await expect(begin('mara', stranger(1))).resolves.toBeDefined();
  });

  test('are forgotten after a day also where the owner is known, and the address is not', async () => {
    const { begin, fail, succeed, wait } = aThrottle();
    await succeed('mara', '192.0.2.7');
    for (let n = 0; n < 5; n++) await fail('mara', '192.0.2.7');
    wait(86_401);
    for (let n = 0; n < 4; n++) await fail('mara', '192.0.2.7');
    for (let n = 0; n < 5; n++) await fail('mara', stranger(n));
    await expect(begin('mara', '192.0.2.7')).resolves.toBeDefined();
  });

  test('from an address are those of strangers once nobody has signed in there for 90 days', async () => {
    const { begin, fail, succeed, wait } = aThrottle();
    await succeed('mara', '192.0.2.7');
    wait(89 * 86_400);
    await succeed('mara', '192.0.2.7');
    wait(89 * 86_400);
    for (let n = 0; n < 5; n++) await fail('mara', stranger(n));
    await expect(begin('mara', '192.0.2.7')).resolves.toBeDefined();
    wait(2 * 86_400);
    for (let n = 0; n < 5; n++) await fail('mara', stranger(n));
    await expect(begin('mara', '192.0.2.7')).rejects.toMatchObject(tooMany);
  });

  test('that are being tried leave the owner a place where they have signed in before', async () => {
    const { begin, succeed } = aThrottle();
    await succeed('mara', '192.0.2.7');
    await Promise.all(Array.from({ length: 10 }, (_, n) => begin('mara', stranger(n))));
    await expect(begin('mara', stranger(11))).rejects.toMatchObject(tooMany);
    const own = Array.from({ length: 11 }, () => begin('mara', '192.0.2.7'));
    const settled = await Promise.allSettled(own);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  });

  test('are counted before the place of the attempt is free', async () => {
    const { deps } = aThrottle();
    const writing = Promise.withResolvers<number>();
    const throttle = signInThrottle({
      ...deps,
      attempts: { ...deps.attempts, addFailure: () => writing.promise },
    });
    const begin = (n: number) => throttle.begin({ name: 'mara' }, stranger(n));
    const ten = await Promise.all(Array.from({ length: 10 }, (_, n) => begin(n)));
    const counted = ten.map((each) => each.failed());
    await expect(begin(11)).rejects.toMatchObject(tooMany);
    writing.resolve(5);
    await Promise.all(counted);
    await expect(begin(12)).resolves.toBeDefined();
  });

  test('cannot be tried at once to get around the count', async () => {
    const { begin } = aThrottle();
    const all = await Promise.allSettled(Array.from({ length: 100 }, (_, n) => begin('mara', stranger(n))));
    expect(all.filter((each) => each.status === 'fulfilled')).toHaveLength(10);
    for (const each of all) if (each.status === 'fulfilled') each.value.over();
    await expect(begin('mara', stranger(1))).resolves.toBeDefined();
  });
});

test('with the store away nobody is let try', async () => {
  const down = async () => {
    throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
  };
  const throttle = signInThrottle({
    attempts: { ...memoryAttemptStore(), read: down },
    now: () => new Date(NOON),
  });
  await expect(throttle.begin({ name: 'mara' }, '192.0.2.1')).rejects.toThrow('away');
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:DB8::1', '2001:db8:0:0::/64'],
  ['2001:db8:0:0:ffff::', '2001:db8:0:0::/64'],
  ['2001:0db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['unknown', 'unknown'],
])('the network of %s is %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
