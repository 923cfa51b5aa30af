/** Told of every grant that went out without being known to be durable. */
export type MeterLoss = (reason: unknown) => void;

/** Resolves when the work is done, or when no download should wait for it any longer; never rejects. */
export type Bounded = (work: () => Promise<void>) => Promise<void>;

/**
 * A download never fails and never waits because counting is down (I13): after `waitMs` it goes on. The
 * grant is then metered as lost, although it may still arrive.
 */
export function boundedRecording(deps: { meterLoss: MeterLoss; waitMs: number }): Bounded {
  return async (work) => {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`not recorded within ${deps.waitMs} ms`)), deps.waitMs);
    });
    try {
      await Promise.race([work(), tooLate]);
    } catch (error) {
      deps.meterLoss(error);
    } finally {
      clearTimeout(timer);
    }
  };
}
