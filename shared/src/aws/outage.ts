const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
const THROTTLING = /Throttl|TooManyRequests|ProvisionedThroughputExceeded|RequestLimitExceeded|SlowDown/;
const TIMEOUT = /^(TimeoutError|RequestTimeout|RequestTimeoutException)$/;

/**
 * Whether a call failed because what it needs is away, slow or overloaded, after the SDK's own tries: the
 * same call may succeed later, and nothing is wrong with the request that caused it.
 */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, $metadata } = error as Error & { code?: unknown; $metadata?: { httpStatusCode?: number } };
  if (typeof code === 'string' && NETWORK_CODES.has(code)) return true;
  if (THROTTLING.test(error.name) || TIMEOUT.test(error.name)) return true;
  return ($metadata?.httpStatusCode ?? 0) >= 500;
}
