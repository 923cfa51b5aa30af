import { awsEnvironment } from '@cairn/infra/local/aws-environment';
import { beforeEach, describe, inject, test } from 'vitest';
import type { Emulator } from './emulator.ts';
import { MOTO_DEVIATIONS } from './moto-deviations.ts';
import { say } from './say.ts';

/** A suite for the tier's emulator; where there is none, one skipped test that says why. */
export function describeOnEmulator(what: string, suite: (image: string) => void): void {
  const emulator = inject('emulator');
  if ('absent' in emulator) return skipped(what, emulator);
  useEndpoint(emulator.endpoint);
  describe(`${what} on ${emulator.image}`, () => {
    beforeEach(({ task, skip }) => {
      const deviation = emulator.image.includes('moto') ? MOTO_DEVIATIONS[task.name] : undefined;
      if (deviation === undefined) return;
      say(`skipped "${task.name}": ${deviation}`);
      skip(deviation);
    });
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
