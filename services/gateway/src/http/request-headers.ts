import type { IncomingMessage } from 'node:http';
import { REQUEST_ID_HEADER } from '@cairn/shared/http/request-id';
import { formatTraceparent, type TraceContext } from '@cairn/shared/telemetry/trace-context';
import { HOP_BY_HOP, namedByConnection } from './hop-by-hop.ts';

/** What no client may tell a service: how it came here, who it is, what it really asked for. */
const SAID_BY_US = new Set<string>([
  ...HOP_BY_HOP,
  'host',
  'expect',
  'content-length',
  REQUEST_ID_HEADER,
  'traceparent',
  'forwarded',
  'via',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'x-user-id',
  'x-role',
  'x-original-url',
  'x-rewrite-url',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
]);
const OURS = ['x-forwarded', 'x-internal'];

export interface ForwardedFacts {
  readonly requestId: string;
  readonly trace: TraceContext | undefined;
  readonly clientAddress: string;
  /** Length of the body where it is known. */
  readonly contentLength: string | undefined;
  /** The public address of the API: `X-Forwarded-Proto` and `-Host` are constants, never the client's. */
  readonly publicUrl: URL;
}

/** The headers for the service: the client's that are end to end, then ours. */
export function requestHeaders(incoming: IncomingMessage, facts: ForwardedFacts): string[] {
  const { rawHeaders } = incoming;
  const named = namedByConnection(incoming.headers.connection);
  const headers: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    if (SAID_BY_US.has(name) || named?.has(name) === true || isOurs(name)) continue;
    headers.push(name, rawHeaders[i + 1] ?? '');
  }
  headers.push(
    REQUEST_ID_HEADER,
    facts.requestId,
    'x-forwarded-for',
    facts.clientAddress,
    'x-forwarded-proto',
    facts.publicUrl.protocol.slice(0, -1),
    'x-forwarded-host',
    facts.publicUrl.host,
  );
  if (facts.trace !== undefined) headers.push('traceparent', formatTraceparent(facts.trace));
  if (facts.contentLength !== undefined) headers.push('content-length', facts.contentLength);
  return headers;
}

/** Some frameworks read `_` as `-`. */
function isOurs(name: string): boolean {
  if (!name.startsWith('x')) return false;
  const dashed = name.includes('_') ? name.replaceAll('_', '-') : name;
  return OURS.some((prefix) => dashed.startsWith(prefix)) || (dashed !== name && SAID_BY_US.has(dashed));
}
