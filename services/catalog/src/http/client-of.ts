import type { Context } from 'hono';
import { clientAddress } from '@cairn/shared/http/client-address';
import type { AppEnv } from '@cairn/shared/http/create-app';
import type { DownloadClient } from '../domain/downloads/client-hash.ts';

/** Who downloads, for counting only. */
export const clientOf = (c: Context<AppEnv>, trustedProxies: number): DownloadClient => ({
  address: clientAddress(c, trustedProxies),
  userAgent: (c.req.header('user-agent') ?? '').slice(0, 512),
});
