import { createHash } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { assetRecord } from './asset-record.ts';

/** Another text as soon as asset records are of another shape: what is kept of them outside the tables names it. */
export const assetRecordShape: string = createHash('sha256')
  .update(JSON.stringify(z.toJSONSchema(assetRecord, { unrepresentable: 'any' })))
  .digest('base64url');
