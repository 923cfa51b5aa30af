/**
 * The routing table, as plain data: the local gateway and the API Gateway REST API are made from these rows.
 * Only what is in here is forwarded. One row a resource path: exact, with `{names}` for segments that vary, or
 * everything below it when the path ends in `/{proxy+}`; an exact row wins, then the longest. As an API Gateway
 * wants it, what varies has one name at each place. Every row takes all forwarded methods, its service says which
 * of them exist.
 */

export const FORWARDED_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export type ForwardedMethod = (typeof FORWARDED_METHODS)[number];

export const UPSTREAMS = ['auth', 'catalog', 'ingest'] as const;
export type UpstreamName = (typeof UPSTREAMS)[number];

export const RATE_LIMIT_CLASSES = ['general', 'registration', 'sign_in', 'upload'] as const;
export type RateLimitClass = (typeof RATE_LIMIT_CLASSES)[number];

export interface Route {
  readonly path: string;
  readonly service: UpstreamName;
  /** Until the answer begins; a small answer must be complete by then. 504 after that. */
  readonly timeoutMs: number;
  readonly rateLimit: RateLimitClass;
  /** Methods that count against a class of their own. */
  readonly rateLimitOf?: Partial<Record<ForwardedMethod, RateLimitClass>>;
  /**
   * For answers that go on for as long as something happens: how long all of one may take. They have
   * connections of their own, so that they never take the place of short requests, and end when the gateway
   * stops. Without it an answer may take STREAM_TIMEOUT_MS.
   */
  readonly streamMs?: number;
  /** Larger bodies get 413 before the service is asked; without it, what the service itself takes. */
  readonly maxBodyBytes?: number;
  /**
   * For what one can do without for a moment: of its service's queue it may take half, so that under overload a
   * download or an edit still finds room.
   */
  readonly isShedFirst?: boolean;
  /** `Cache-Control: public` for an anonymous GET's 200 that does not bring its own. */
  readonly cacheSeconds?: number;
}

/** Registration and sign-in hash a password and may have to queue for it. */
const HASHING_MS = 10_000;
const WRITING_MS = 10_000;
const READING_MS = 5_000;
/** The longest that API Gateway streams an answer; ingest ends its streams earlier. */
const FOLLOWING_MS = 15 * 60_000;

export const ROUTES = [
  {
    path: '/v1/users',
    service: 'auth',
    timeoutMs: HASHING_MS,
    rateLimit: 'general',
    rateLimitOf: { POST: 'registration' },
  },
  { path: '/v1/users/login', service: 'auth', timeoutMs: HASHING_MS, rateLimit: 'sign_in' },
  {
    path: '/v1/users/{proxy+}',
    service: 'auth',
    timeoutMs: HASHING_MS,
    rateLimit: 'general',
    // Both prove a password.
    rateLimitOf: { DELETE: 'sign_in', PATCH: 'sign_in', PUT: 'sign_in' },
  },
  { path: '/v1/deletions/{deletion_id}', service: 'auth', timeoutMs: READING_MS, rateLimit: 'general' },
  { path: '/v1/exports/{export_id}', service: 'auth', timeoutMs: READING_MS, rateLimit: 'general' },
  { path: '/v1/audit', service: 'auth', timeoutMs: READING_MS, rateLimit: 'general' },
  {
    path: '/v1/sessions',
    service: 'auth',
    timeoutMs: HASHING_MS,
    rateLimit: 'general',
    rateLimitOf: { POST: 'sign_in' },
  },
  { path: '/v1/sessions/{proxy+}', service: 'auth', timeoutMs: READING_MS, rateLimit: 'general' },
  { path: '/v1/keys', service: 'auth', timeoutMs: READING_MS, rateLimit: 'general' },
  { path: '/v1/keys/{proxy+}', service: 'auth', timeoutMs: READING_MS, rateLimit: 'general' },
  {
    path: '/.well-known/{proxy+}',
    service: 'auth',
    timeoutMs: READING_MS,
    rateLimit: 'general',
    cacheSeconds: 300,
  },

  {
    path: '/v1/uploads',
    service: 'ingest',
    timeoutMs: WRITING_MS,
    rateLimit: 'general',
    rateLimitOf: { POST: 'upload' },
  },
  { path: '/v1/uploads/{upload_id}', service: 'ingest', timeoutMs: WRITING_MS, rateLimit: 'general' },
  {
    path: '/v1/uploads/{upload_id}/events',
    service: 'ingest',
    timeoutMs: READING_MS,
    rateLimit: 'general',
    streamMs: FOLLOWING_MS,
  },
  {
    path: '/v1/uploads/{upload_id}/{proxy+}',
    service: 'ingest',
    timeoutMs: WRITING_MS,
    rateLimit: 'general',
  },
  {
    path: '/v1/limits',
    service: 'ingest',
    timeoutMs: READING_MS,
    rateLimit: 'general',
    cacheSeconds: 60,
  },

  { path: '/v1/assets', service: 'catalog', timeoutMs: READING_MS, rateLimit: 'general', isShedFirst: true },
  { path: '/v1/assets/{proxy+}', service: 'catalog', timeoutMs: READING_MS, rateLimit: 'general' },
  {
    path: '/v1/owners/{user_id}',
    service: 'catalog',
    timeoutMs: READING_MS,
    rateLimit: 'general',
    isShedFirst: true,
  },
  { path: '/v1/tags', service: 'catalog', timeoutMs: READING_MS, rateLimit: 'general', isShedFirst: true },
  {
    path: '/v1/licenses',
    service: 'catalog',
    timeoutMs: READING_MS,
    rateLimit: 'general',
    isShedFirst: true,
  },
  { path: '/v1/engines', service: 'catalog', timeoutMs: READING_MS, rateLimit: 'general', isShedFirst: true },
] as const satisfies readonly Route[];
