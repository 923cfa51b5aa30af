import { describe, expect, it } from 'vitest';
import { clientAddressResolver, isAddressBlock, rateLimitKey } from './client-address.ts';

describe("a client's address", () => {
  it("is the socket's when no proxy is trusted, whatever the header says", () => {
    const resolve = clientAddressResolver([]);
    expect(resolve('198.51.100.7', '203.0.113.9')).toBe('198.51.100.7');
    expect(resolve('::ffff:198.51.100.7', undefined)).toBe('198.51.100.7');
  });

  it.each([
    ['10.0.0.1', undefined, '10.0.0.1'],
    ['10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['::ffff:10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['10.0.0.1', '6.6.6.6, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
    ['10.0.0.1', '6.6.6.6,203.0.113.9', '203.0.113.9'],
    ['10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['10.0.0.1', '203.0.113.9, unknown', '10.0.0.1'],
    ['10.0.0.1', '203.0.113.9, ', '10.0.0.1'],
    ['10.0.0.1', '203.0.113.9:1234', '10.0.0.1'],
    ['10.0.0.1', '2001:db8::1', '2001:db8::1'],
    ['2001:db8:ffff::1', '203.0.113.9', '203.0.113.9'],
    ['198.51.100.7', '203.0.113.9', '198.51.100.7'],
  ])('from %s, forwarded for %j, is %s behind trusted proxies', (socket, forwardedFor, expected) => {
    const resolve = clientAddressResolver(['10.0.0.0/8', '2001:db8:ffff::/48']);
    expect(resolve(socket, forwardedFor)).toBe(expected);
  });

  it('reads no more of a long list than its end', () => {
    const resolve = clientAddressResolver(['10.0.0.0/8']);
    expect(resolve('10.0.0.1', `203.0.113.9, ${'10.0.0.2, '.repeat(50_000)}10.0.0.2`)).toBe('10.0.0.2');
  });
});

describe('what rate limits count by', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
  ])('%s counts as %s', (address, key) => {
    expect(rateLimitKey(address)).toBe(key);
  });
});

describe('a trusted proxy', () => {
  it.each(['10.0.0.1', '10.0.0.0/8', '::1', '2001:db8::/32', '0.0.0.0/0'])('can be %s', (text) => {
    expect(isAddressBlock(text)).toBe(true);
  });

  it.each(['', 'localhost', '10.0.0.0/33', '10.0.0.0/x', '10.0.0', '*', '2001:db8::/129', '10.0.0.0/'])(
    'cannot be %j',
    (text) => {
      expect(isAddressBlock(text)).toBe(false);
    },
  );
});
