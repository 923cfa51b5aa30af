import { describe, expect, it } from 'vitest';
import { clientHash, isRobot } from './client-hash.ts';

const morning = new Date('2026-11-22T01:00:00Z');
const evening = new Date('2026-11-22T23:00:00Z');
const tomorrow = new Date('2026-11-23T01:00:00Z');
const hash = (address: string, at = morning, userAgent = 'curl/8', salt = 'salt') =>
  clientHash(salt, { address, userAgent }, at);

describe('the hash of a client', () => {
  it('is the same all day and another one the next day', () => {
    expect(hash('192.0.2.1', evening)).toBe(hash('192.0.2.1', morning));
    expect(hash('192.0.2.1', tomorrow)).not.toBe(hash('192.0.2.1', morning));
  });

  it('differs by address, program and salt, and shows none of them', () => {
    const of = [
      hash('192.0.2.1'),
      hash('192.0.2.2'),
      hash('192.0.2.1', morning, 'wget'),
      hash('192.0.2.1', morning, 'curl/8', 'other'),
    ];
    expect(new Set(of).size).toBe(4);
    expect(of[0]).toMatch(/^[\w-]{22}$/);
  });

  it('takes a /64 of IPv6 as one client, and a mapped address as the IPv4 one', () => {
    expect(hash('2001:db8::1')).toBe(hash('2001:0DB8:0:0:ffff::2'));
    expect(hash('2001:db8:0:1::1')).not.toBe(hash('2001:db8::1'));
    expect(hash('::ffff:192.0.2.1')).toBe(hash('192.0.2.1'));
  });
});

it.each([
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', true],
  ['facebookexternalhit/1.1', true],
  ['Mozilla/5.0 AppleWebKit/537.36 HeadlessChrome/120.0 Safari/537.36', true],
  ['Twitterbot/1.0', true],
  ['Mozilla/5.0 (Linux; Android 11; CUBOT KINGKONG 7) Chrome/120.0 Mobile', false],
  ['curl/8.5.0', false],
  ['Godot/4.2', false],
  ['', false],
  ['Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0', false],
])('whether %j is a robot: %s', (userAgent, expected) => {
  expect(isRobot(userAgent)).toBe(expected);
});
