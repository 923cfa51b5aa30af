import { SECURITY_HEADERS } from '@cairn/shared/http/security-headers';
import type { AnswerHeaders } from '../domain/ports.ts';
import { HOP_BY_HOP, namedByConnection } from './hop-by-hop.ts';

/** What the gateway says itself on every answer, or nobody says. */
const DROPPED = new Set<string>([
  ...HOP_BY_HOP,
  'date',
  'server',
  'via',
  'x-powered-by',
  'x-request-id',
  'alt-svc',
  'ratelimit',
  'ratelimit-policy',
  'strict-transport-security',
  'content-security-policy',
  'x-content-type-options',
  'x-frame-options',
  'x-xss-protection',
  'x-download-options',
  'x-dns-prefetch-control',
  'x-permitted-cross-domain-policies',
  'referrer-policy',
  'origin-agent-cluster',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'cross-origin-embedder-policy',
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-expose-headers',
  'access-control-max-age',
]);

/** The service's headers that go on to the client, as name, value, name, value; `Vary` gains `Origin`. */
export function endToEndHeaders(headers: AnswerHeaders): string[] {
  const { connection } = headers;
  const named = namedByConnection(Array.isArray(connection) ? connection.join(',') : connection);
  const passed: string[] = [];
  let vary = 'Origin';
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || DROPPED.has(name) || named?.has(name) === true) continue;
    if (name === 'vary') {
      vary = varyWithOrigin(Array.isArray(value) ? value.join(', ') : value);
    } else if (Array.isArray(value)) {
      for (const each of value) passed.push(name, each);
    } else {
      passed.push(name, value);
    }
  }
  passed.push('vary', vary);
  return passed;
}

function varyWithOrigin(vary: string): string {
  if (vary.trim() === '*' || /(?:^|,)\s*origin\s*(?:,|$)/i.test(vary)) return vary;
  return vary.trim() === '' ? 'Origin' : `${vary}, Origin`;
}

/** `Strict-Transport-Security` only where clients come by https: it would lock a local address out. */
export function securityHeaders(publicUrl: URL): readonly string[] {
  return [
    ...Object.entries(SECURITY_HEADERS).flat(),
    ...(publicUrl.protocol === 'https:'
      ? ['strict-transport-security', 'max-age=31536000; includeSubDomains']
      : []),
  ];
}
