import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { createAwsClients, type AwsConnection } from '../aws-clients.ts';
import { provision } from '../provision.ts';
import { buckets, tables } from '../resources.ts';
import { awsEnvironment } from './aws-environment.ts';
import { loadCredentials } from './credentials.ts';
import { startDynalite, type RunningEmulator } from './dynalite.ts';
import { startFauxqs } from './fauxqs.ts';
import { LOOPBACK } from './loopback.ts';
import { startLocalS3 } from './s3/server.ts';

export interface StackPorts {
  readonly dynamodb: number;
  /** SQS and SNS. */
  readonly messaging: number;
  readonly s3: number;
}

export interface LocalStackOptions {
  dataDir: string;
  /** Absent: any free ports. */
  ports?: StackPorts;
  region?: string;
  /** Told of what S3 answers with 500. */
  onError?: (error: unknown) => void;
}

export interface LocalStack {
  readonly connection: AwsConnection;
  readonly assetEventsTopicArn: string;
  /** Where the bucket of derived pictures is read anonymously, without a slash at the end. */
  readonly mediaUrl: string;
  /** The SDK's standard variables for whoever uses the stack. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** DynamoDB, SQS, SNS and S3 in this process, on loopback, with everything of resources.ts made. */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { dataDir, ports, region = 'us-east-1' } = options;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const credentials = await loadCredentials(dataDir);
  const running: RunningEmulator[] = [];
  const close = async () => {
    for (let last = running.pop(); last !== undefined; last = running.pop()) await last.close();
  };
  const started = async <E extends RunningEmulator>(starting: Promise<E>): Promise<E> => {
    const emulator = await starting;
    running.push(emulator);
    return emulator;
  };
  try {
    // First, and alone: LevelDB's lock keeps a second stack out of the folder.
    const dynamodb = await started(
      startDynalite({
        path: join(dataDir, 'dynamodb'),
        port: ports?.dynamodb ?? 0,
        tableNames: Object.values(tables).map((table) => table.name),
      }),
    );
    const messaging = await started(
      startFauxqs({
        dataDir: join(dataDir, 'messaging'),
        port: ports?.messaging ?? 0,
        region,
      }),
    );
    const connection = {
      region,
      credentials,
      dynamodbUrl: dynamodb.url,
      sqsUrl: messaging.url,
      snsUrl: messaging.url,
      s3Url: '',
    };
    const notifier = createAwsClients(connection).sqs;
    running.push({ url: '', close: async () => notifier.destroy() });
    const s3 = await started(
      startLocalS3({
        dataDir: join(dataDir, 's3'),
        port: ports?.s3 ?? 0,
        host: LOOPBACK,
        region,
        credentials: [credentials],
        ...(options.onError === undefined ? {} : { onInternalError: options.onError }),
        sendNotification: async (queueArn, body) => {
          const QueueUrl = `${messaging.url}/${queueArn.split(':').slice(4).join('/')}`;
          await notifier.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
        },
      }),
    );
    connection.s3Url = s3.url;

    const clients = createAwsClients(connection);
    const { assetEventsTopicArn } = await provision(clients).finally(() => clients.destroy());
    return {
      connection,
      assetEventsTopicArn,
      mediaUrl: `${s3.url}/${buckets.media.name}`,
      environment: awsEnvironment(connection),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
