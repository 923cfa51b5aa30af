import type { Context } from 'hono';
import type { AppEnv } from '@cairn/shared/http/create-app';
import type { DownloadClient } from '../domain/downloads/client-hash.ts';

/**
 * Who downloads, for counting only. Each of the `trustedProxies` in front appends the address that it saw to
 * X-Forwarded-For, so the entry that far from the right is the outermost one that a client cannot write.
 */
export function clientOf(c: Context<AppEnv>, trustedProxies: number): DownloadClient {
  const forwarded = (c.req.header('x-forwarded-for') ?? '').split(',').map((each) => each.trim());
  const seen = trustedProxies === 0 ? undefined : forwarded.at(-trustedProxies);
  const address = seen || c.env?.incoming?.socket.remoteAddress || 'unknown';
  return {
    address: address.slice(0, 64),
    userAgent: (c.req.header('user-agent') ?? '').slice(0, 512),
  };
}
