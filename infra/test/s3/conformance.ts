import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { bodyCases } from './cases/bodies.ts';
import { bucketCases } from './cases/buckets.ts';
import { conditionCases } from './cases/conditions.ts';
import { copyCases } from './cases/copies.ts';
import { crossOriginCases } from './cases/cross-origin.ts';
import { listingCases } from './cases/listings.ts';
import { multipartCases } from './cases/multipart.ts';
import { notificationCases } from './cases/notifications.ts';
import { objectCases } from './cases/objects.ts';
import { presignedCases } from './cases/presigned.ts';
import { propertyCases } from './cases/properties.ts';
import { rangeCases } from './cases/ranges.ts';
import { refusalCases } from './cases/refusals.ts';
import { signatureCases } from './cases/signatures.ts';
import { createCheck, createHarness, type Harness, type RunningTarget, type S3Target } from './target.ts';

const GROUPS = {
  objects: objectCases,
  ranges: rangeCases,
  conditions: conditionCases,
  copies: copyCases,
  listings: listingCases,
  'multipart uploads': multipartCases,
  signatures: signatureCases,
  'presigned URLs': presignedCases,
  bodies: bodyCases,
  buckets: bucketCases,
  'cross-origin requests': crossOriginCases,
  notifications: notificationCases,
  refusals: refusalCases,
  properties: propertyCases,
};

/** What Cairn relies on in S3, as cases that any S3 can be measured with. */
export function describeS3Conformance(target: S3Target): void {
  describe(`S3 conformance of ${target.name}`, () => {
    let running: RunningTarget | undefined;
    let harness: ReturnType<typeof createHarness> | undefined;

    beforeAll(async () => {
      running = await target.start();
      harness = createHarness(running);
    });
    afterAll(async () => {
      harness?.close();
      await running?.stop();
    });
    const open = (): Promise<Harness> => {
      if (!harness) throw new Error('the target has not started');
      return harness.open();
    };

    const check = createCheck(target, open);
    describe.each(Object.entries(GROUPS))('%s', (_name, register) => {
      register(check);
    });

    test('every known deviation is a case of this suite', () => {
      expect(check.titles).toEqual(expect.arrayContaining(Object.keys(target.deviations)));
    });
  });
}
