import {
  ROUTES,
  type ForwardedMethod,
  type RateLimitClass,
  type Route,
} from '@cairn/gateway/src/routing-table.ts';
import type { ServiceName } from '../resource-types.ts';

export interface ApiRoute {
  readonly path: string;
  readonly service: ServiceName;
  readonly timeoutMs: number;
  readonly streamMs?: number;
  readonly rateLimit: RateLimitClass;
  readonly rateLimitOf?: Partial<Record<ForwardedMethod, RateLimitClass>>;
}

/** What the gateway answers itself and clients want: its health is nobody's business out there. */
const OWN: readonly ApiRoute[] = ['/', '/openapi.json'].map((path) => ({
  path,
  service: 'gateway',
  timeoutMs: 5_000,
  rateLimit: 'general',
}));

/** Every path of the API: the routing table of the gateway, and the gateway's own. */
export const API_ROUTES: readonly ApiRoute[] = [...(ROUTES as readonly Route[]), ...OWN];
