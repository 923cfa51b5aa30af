import { awsEnvironment } from '@cairn/infra/local/aws-environment';
import { describe, inject, test } from 'vitest';
import type { Emulator } from './emulator.ts';

/** A suite for the tier's emulator; where there is none, one skipped test that says why. */
export function describeOnEmulator(what: string, suite: (image: string) => void): void {
  const emulator = inject('emulator');
  if ('absent' in emulator) return skipped(what, emulator);
  useEndpoint(emulator.endpoint);
  describe(`${what} on ${emulator.image}`, () => {
    suite(emulator.image);
  });
}

function skipped(what: string, { image, absent }: Extract<Emulator, { absent: string }>): void {
  test(`${what} on ${image}`, (context) => context.skip(absent));
}

/** Puts the SDK's variables into this test process, so that clients made after it go there. */
function useEndpoint(endpoint: string): void {
  Object.assign(
    process.env,
    awsEnvironment({
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      dynamodbUrl: endpoint,
      s3Url: endpoint,
      sqsUrl: endpoint,
      snsUrl: endpoint,
    }),
  );
}
