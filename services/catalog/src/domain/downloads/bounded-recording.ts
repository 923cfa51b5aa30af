import type { DownloadGrant, RecordGrant } from './download-grant.ts';

/** Told of every grant that went out without being known to be durable. */
export type MeterLoss = (reason: unknown) => void;

/**
 * A download never fails and never waits because counting is down (I13): after `waitMs` it goes on. The
 * grant is then metered as lost, although it may still arrive.
 */
export function boundedRecording(deps: {
  record: RecordGrant;
  meterLoss: MeterLoss;
  waitMs: number;
}): RecordGrant {
  return async (grant: DownloadGrant) => {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`not recorded within ${deps.waitMs} ms`)), deps.waitMs);
    });
    try {
      await Promise.race([deps.record(grant), tooLate]);
    } catch (error) {
      deps.meterLoss(error);
    } finally {
      clearTimeout(timer);
    }
  };
}
