import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startLocalS3 } from '../../local/s3/server.ts';
import { describeS3Conformance } from './conformance.ts';

describeS3Conformance({
  name: 'the local S3',
  deviations: {},
  async start() {
    const dataDir = await mkdtemp(join(tmpdir(), 'cairn-s3-'));
    const credentials = { accessKeyId: 'AKIALOCAL', secretAccessKey: 'a secret for tests' };
    const region = 'eu-central-1';
    const messages: string[] = [];
    const s3 = await startLocalS3({
      dataDir,
      port: 0,
      region,
      credentials: [credentials],
      sendNotification: (_queueArn, body) => {
        messages.push(body);
        return Promise.resolve();
      },
    });
    return {
      endpoint: s3.url,
      region,
      credentials,
      queue: {
        arn: `arn:aws:sqs:${region}:000000000000:events`,
        messages: () => Promise.resolve([...messages]),
      },
      async stop() {
        await s3.close();
        await rm(dataDir, { recursive: true, force: true });
      },
    };
  },
});
