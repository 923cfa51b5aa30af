import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';

export interface DownloadClient {
  /** Network address, as far as it is known. */
  readonly address: string;
  readonly userAgent: string;
}

/**
 * Tells the clients of one day apart without storing who they are: the day is part of what is hashed, so
 * the same client is somebody else tomorrow. IPv6 clients own at least a /64 and count as one.
 */
export function clientHash(salt: string, { address, userAgent }: DownloadClient, at: Date): string {
  const day = at.toISOString().slice(0, 10);
  return createHmac('sha256', salt)
    .update(JSON.stringify([day, networkOf(address), userAgent]))
    .digest('base64url')
    .slice(0, 22);
}

function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail = ''] = address.toLowerCase().split('%')[0]?.split('::') ?? [];
  const left = head.split(':').filter((group) => group !== '');
  const right = tail.split(':').filter((group) => group !== '');
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  const groups = [...left, ...zeros, ...right].slice(0, 4);
  return groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':');
}

// Cubot is a maker of telephones.
const ROBOT =
  /(?<!\bcu)bot\b|bots[/;) ]|crawl|spider|slurp|archiver|preview|facebookexternalhit|headless|lighthouse|monitor/i;

/** Robots that say so are served and not counted. Command-line tools are clients like any other. */
export const isRobot = (userAgent: string): boolean => ROBOT.test(userAgent);
