import type { Context } from 'hono';
import type { AppEnv } from './create-app.ts';

/**
 * The address that a client cannot choose: each of the `trustedProxies` in front appends the one that it saw to
 * X-Forwarded-For, so the entry that far from the right is the outermost one to believe. At most 64 characters.
 */
export function clientAddress(c: Context<AppEnv>, trustedProxies: number): string {
  const forwarded = (c.req.header('x-forwarded-for') ?? '').split(',').map((each) => each.trim());
  const seen = trustedProxies === 0 ? undefined : forwarded.at(-trustedProxies);
  return (seen || c.env?.incoming?.socket.remoteAddress || 'unknown').slice(0, 64);
}
