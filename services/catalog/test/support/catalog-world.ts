import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { vi } from 'vitest';
import { createAwsClients } from '@cairn/infra/aws-clients';
import type { Faults } from '@cairn/infra/local/faults/start-faults';
import { startTestStack } from '@cairn/infra/local/testing';
import { buckets, tables } from '@cairn/infra/resources';
import { parseConfig } from '@cairn/shared/config/parse-config';
import type { CairnEvent } from '@cairn/shared/events/event-envelope';
import { newId } from '@cairn/shared/ids';
import { createLogger } from '@cairn/shared/logging/logger';
import { assetRecord, type AssetRecord } from '@cairn/shared/records/asset-record';
import { dynamoPublication, type NewAsset } from '@cairn/shared/records/publication';
import type { ReleaseRecord } from '@cairn/shared/records/release-record';
import { snsEventPublisher } from '@cairn/shared/messaging/event-publisher';
import { composeCatalog } from '../../src/compose.ts';
import { catalogConfig } from '../../src/config.ts';
import { aFile, aNewAsset, aRelease, sha256 } from '../../src/testing/builders.ts';
import { startTestTokens } from './test-tokens.ts';

export interface RunningCatalog {
  request(path: string, init?: RequestInit & { as?: string; roles?: readonly string[] }): Promise<Response>;
  readonly logLines: string[];
  isReady(): boolean;
  ready(): Promise<void>;
  stop(): Promise<void>;
}

export interface Published {
  readonly asset: NewAsset;
  readonly release: ReleaseRecord;
  /** What was put into the store for its only file. */
  readonly bytes: string;
}

export type CatalogWorld = Awaited<ReturnType<typeof startCatalogWorld>>;

/** The embedded stack behind the fault layer, tokens, and as many catalogs on it as a test wants. */
export async function startCatalogWorld() {
  const stack = await startTestStack({ faults: true });
  const tokens = await startTestTokens({ issuer: stack.addresses.publicUrl, audience: 'cairn' });
  // Past the faults: what a test arranges and looks at is not what it tests.
  const aws = createAwsClients(stack.local.connection);
  const document = DynamoDBDocumentClient.from(aws.dynamodb, {
    marshallOptions: { removeUndefinedValues: true },
  });
  const publication = dynamoPublication({
    document,
    assetsTable: tables.assets.name,
    releasesTable: tables.releases.name,
  });
  const running = new Set<RunningCatalog>();
  const faults: Faults = stack.faults;

  function startCatalog(overrides: Record<string, string> = {}): RunningCatalog {
    const logLines: string[] = [];
    const logger = createLogger('catalog', {
      level: 'debug',
      destination: { write: (line: string) => void logLines.push(line) },
    });
    const config = parseConfig(catalogConfig, {
      ...stack.environmentFor('catalog'),
      JWKS_URL: tokens.jwksUrl,
      REPLICA_TAIL_INTERVAL_MS: '120',
      PURGE_SWEEP_INTERVAL_MS: '1000',
      PURGE_SETTLE_MS: '200',
      CASCADE_DELAY_SECONDS: '1',
      ...overrides,
    });
    const parts = composeCatalog({ config, logger });
    const catalog: RunningCatalog = {
      async request(path, { as, roles, ...init } = {}) {
        const headers = new Headers(init.headers);
        if (as !== undefined) headers.set('authorization', `Bearer ${tokens.tokenFor(as, undefined, roles)}`);
        return parts.app.request(path, { ...init, headers });
      },
      logLines,
      isReady: () => parts.isReady?.() ?? true,
      ready: () =>
        vi.waitFor(() => {
          if (!catalog.isReady()) throw new Error('not ready');
        }, 40_000),
      async stop() {
        running.delete(catalog);
        for (const phase of parts.shutdown) await phase.run(5_000);
      },
    };
    running.add(catalog);
    void parts.start?.();
    return catalog;
  }

  const putObject = (bucket: string, key: string, body: string) =>
    aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));

  return {
    stack,
    faults,
    document,
    publication,
    startCatalog,
    putObject,

    /** What ingest does at the end of an upload: objects, release, asset. */
    async publish(
      changes: Partial<NewAsset> = {},
      path = 'models/knight.glb',
      media_type = 'model/gltf-binary',
    ): Promise<Published> {
      const asset = aNewAsset(changes);
      const bytes = `bytes of ${asset.asin}`;
      const release_id = newId('release');
      const file_id = newId('file');
      const key = `${asset.asin}/${release_id}/${file_id}/1`;
      const file = aFile({ file_id, path, media_type, key, size: bytes.length, sha256: sha256(bytes) });
      const at = new Date().toISOString();
      const release = aRelease({
        asin: asset.asin,
        release_id,
        user_id: asset.user_id,
        files: [file],
        date_posted: at,
      });
      await putObject(buckets.assets.name, key, bytes);
      await putObject(buckets.media.name, `${asset.asin}/${newId('image')}/1/256.webp`, 'picture');
      await publication.createAsset(asset, release, newId('event'));
      return { asset, release, bytes };
    },

    async read(asin: string): Promise<AssetRecord | undefined> {
      const { Item } = await document.send(
        new GetCommand({ TableName: tables.assets.name, Key: { asin }, ConsistentRead: true }),
      );
      return Item === undefined ? undefined : assetRecord.parse(Item);
    },

    async readRelease(asin: string, release_id: string): Promise<unknown> {
      const { Item } = await document.send(
        new GetCommand({ TableName: tables.releases.name, Key: { asin, release_id }, ConsistentRead: true }),
      );
      return Item;
    },

    putRelease: (release: ReleaseRecord) =>
      document.send(new PutCommand({ TableName: tables.releases.name, Item: release })),

    /** How many objects there are below an asset's prefix, in both buckets. */
    async objectsOf(asin: string): Promise<number> {
      const counts = [buckets.assets.name, buckets.media.name].map(async (Bucket) => {
        const { KeyCount = 0 } = await aws.s3.send(new ListObjectsV2Command({ Bucket, Prefix: `${asin}/` }));
        return KeyCount;
      });
      return (await Promise.all(counts)).reduce((sum, n) => sum + n, 0);
    },

    /** Publishes an event past the outbox, as a repetition or a stranger would. */
    emit: (event: CairnEvent) => snsEventPublisher(aws.sns, stack.addresses.assetEventsTopicArn)(event),

    async send(queueName: string, body: string): Promise<void> {
      const { QueueUrl } = await aws.sqs.send(new GetQueueUrlCommand({ QueueName: queueName }));
      await aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
    },

    /** How many messages are in the queue: waiting, delayed or handed out. */
    async sizeOf(queueName: string): Promise<number> {
      const { QueueUrl } = await aws.sqs.send(new GetQueueUrlCommand({ QueueName: queueName }));
      const { Attributes = {} } = await aws.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
      );
      return (['', 'NotVisible', 'Delayed'] as const).reduce(
        (sum, kind) => sum + Number(Attributes[`ApproximateNumberOfMessages${kind}`] ?? 0),
        0,
      );
    },

    /** One message, taken out of the queue. */
    async receive(queueName: string): Promise<Message | undefined> {
      const { QueueUrl } = await aws.sqs.send(new GetQueueUrlCommand({ QueueName: queueName }));
      const { Messages = [] } = await aws.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'] }),
      );
      const [message] = Messages;
      if (message !== undefined) {
        await aws.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
      }
      return message;
    },

    putUser: (asin: string, status: 'active' | 'deleted') =>
      document.send(new PutCommand({ TableName: tables.users.name, Item: { asin, status } })),

    async close() {
      await faults.clear();
      await Promise.all([...running].map((catalog) => catalog.stop()));
      aws.destroy();
      await tokens.close();
      await stack.close();
    },
  };
}
