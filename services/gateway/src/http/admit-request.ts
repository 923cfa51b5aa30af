import type { ProblemCode } from '@cairn/shared/errors/problems';
import type { MatchRoute } from '../domain/match-route.ts';
import { parseRequestTarget } from '../domain/request-target.ts';
import { FORWARDED_METHODS, type ForwardedMethod, type Route } from '../routing-table.ts';
import { isPreflight, type Cors } from './cors.ts';
import { answerProblem, type Exchange } from './exchange.ts';

/** The gateway's own resources; everything else is in the routing table or does not exist. */
export const OWN_PATHS: ReadonlySet<string> = new Set(['/', '/openapi.json', '/healthz', '/readyz']);

export type Admission =
  | { readonly to: 'service'; readonly route: Route; readonly method: ForwardedMethod; readonly path: string }
  | { readonly to: 'own' }
  /** It has its answer: a problem, or that of a preflight. */
  | { readonly to: 'nobody' };

export interface AdmissionDeps {
  readonly match: MatchRoute;
  readonly cors: Cors;
}

const NOBODY: Admission = { to: 'nobody' };
const METHODS: ReadonlySet<string> = new Set(FORWARDED_METHODS);

/** Decides where a request goes from its method and its target alone, before anything of it is read. */
export function admitRequest(deps: AdmissionDeps, exchange: Exchange): Admission {
  const { incoming } = exchange;
  const refuse = (code: ProblemCode, detail?: string, headers: readonly string[] = []): Admission => {
    answerProblem(exchange, code, { detail }, headers);
    return NOBODY;
  };

  if (countHosts(incoming.rawHeaders) !== 1) return refuse('request.malformed', 'There must be one Host.');
  const method = incoming.method ?? '';
  if (!isForwarded(method)) {
    return refuse('request.method_not_allowed', undefined, ['allow', FORWARDED_METHODS.join(', ')]);
  }
  const target = parseRequestTarget(incoming.url ?? '');
  if (target.outcome === 'refused') return refuse(target.code, target.detail);

  const isOwn = OWN_PATHS.has(target.path);
  const route = isOwn ? undefined : deps.match(target.path);
  if (!isOwn && route === undefined) return refuse('request.not_found');
  if (isPreflight(incoming)) {
    const headers = deps.cors.preflightHeaders(incoming.headers.origin ?? '');
    if (headers === undefined) return refuse('request.origin_refused');
    answerPreflight(exchange, headers);
    return NOBODY;
  }
  return route === undefined
    ? { to: 'own' }
    : { to: 'service', route, method, path: target.path + target.query };
}

function isForwarded(method: string): method is ForwardedMethod {
  return METHODS.has(method);
}

function countHosts(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name !== undefined && name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts;
}

function answerPreflight(exchange: Exchange, headers: readonly string[]): void {
  const { outgoing, baseHeaders } = exchange;
  outgoing.writeHead(204, [...baseHeaders, ...headers, 'vary', 'Origin']);
  outgoing.end();
}
