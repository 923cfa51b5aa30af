import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';

import { openBlobStore } from './storage/blob-store.ts';
import { openBucketStore } from './storage/bucket-store.ts';
import { answerClientError } from './http/client-error.ts';
import { lockDataDir } from './storage/data-dir-lock.ts';
import { createHttpHandler } from './http/http-handler.ts';
import { openMultipartStore } from './storage/multipart-store.ts';
import { createObjectStore } from './storage/object-store.ts';
import { openOutbox } from './notifications/outbox.ts';
import { openTempDir } from './storage/plain-files.ts';
import { openSequencer } from './notifications/sequencer.ts';

export interface LocalS3Options {
  /** Everything lives under it, as plain files. It belongs to one process at a time. */
  dataDir: string;
  /** 0 takes any free port. */
  port: number;
  /** Default 127.0.0.1. */
  host?: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string }[];
  /** Puts a message on an SQS queue. It is called again, later, when it rejects. */
  sendNotification: (queueArn: string, body: string) => Promise<void>;
  now?: () => Date;
  /** How long a client may be silent in the middle of a request or an answer. Default one minute. */
  idleTimeoutMs?: number;
  /** Told of what is answered with 500. Nothing is logged otherwise. */
  onInternalError?: (error: unknown) => void;
}

export interface LocalS3 {
  url: string;
  port: number;
  /** Stops accepting, lets requests under way finish, and closes idle connections. */
  close(): Promise<void>;
}

const DEFAULT_IDLE_TIMEOUT_MS = 60_000;
const CLOSE_IDLE_EVERY_MS = 25;

export async function startLocalS3(options: LocalS3Options): Promise<LocalS3> {
  const unlock = lockDataDir(resolve(options.dataDir));
  try {
    return await start(options, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

async function start(options: LocalS3Options, unlock: () => void): Promise<LocalS3> {
  const { region, credentials, sendNotification } = options;
  const now = options.now ?? (() => new Date());
  const idleTimeoutMs = options.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS;
  const host = options.host ?? '127.0.0.1';
  const dir = resolve(options.dataDir);

  const temp = await openTempDir(join(dir, 'tmp'));
  const blobs = openBlobStore(join(dir, 'blobs'), temp);
  const buckets = openBucketStore(join(dir, 'buckets'), temp, now);
  const outbox = openOutbox(join(dir, 'outbox'), temp, sendNotification);
  const sequencer = openSequencer(dir, now);
  const objects = createObjectStore({ buckets, blobs, outbox, sequencer, temp, region, now });
  const uploads = await openMultipartStore({ buckets, blobs, objects, temp, now });

  const live = new Set(uploads.blobIds());
  for (const bucket of buckets.list()) {
    for (const record of bucket.objects.values()) {
      for (const segment of record.segments) live.add(segment.blobId);
    }
  }
  await blobs.collectGarbage((blobId) => live.has(blobId));
  await outbox.recover(({ bucket, key, sequencer, kind }) => {
    const record = buckets.get(bucket)?.objects.get(key);
    return kind === 'created' ? record?.sequencer === sequencer : record === undefined;
  });

  const handler = createHttpHandler(
    { region, now, temp, blobs, buckets, objects, uploads, sendNotification },
    { credentials, idleTimeoutMs, onInternalError: options.onInternalError ?? (() => undefined) },
  );
  const server = createServer({
    // A slow upload of 5 GB is fine: what is bounded is silence, not duration.
    requestTimeout: 0,
    headersTimeout: idleTimeoutMs,
    keepAliveTimeout: idleTimeoutMs,
    connectionsCheckingInterval: Math.min(idleTimeoutMs, 5000),
    // A missing Host is answered by the signature check, in S3's own shape.
    requireHostHeader: false,
  });
  server.on('request', handler.onRequest);
  server.on('checkContinue', handler.onCheckContinue);
  server.on('clientError', answerClientError);
  const port = await listen(server, options.port, host);

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    async close() {
      await closeServer(server);
      await outbox.close();
      unlock();
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    // A connection whose request is under way now becomes idle later; Node does not close it by itself.
    const sweep = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
    server.close((error) => {
      clearInterval(sweep);
      if (error) reject(error);
      else resolve();
    });
  });
}
