import type { PageLooked, PassProgress, SlowPass } from './slow-pass.ts';

export interface SweepOrphansDeps {
  passes: readonly SlowPass[];
  progress: PassProgress;
  /** How long a pass rests once it has come to its end. */
  restSeconds: number;
  report: (pass: string, page: PageLooked) => void;
  now: () => Date;
}

/** Looks at one page of every pass whose time has come; rejects after all of them when one failed. */
export type SweepOrphans = (signal?: AbortSignal) => Promise<void>;

/**
 * The net below the other sweeps: what a crash left where no date leads to it. Slow on purpose, bounded by
 * the page, and resumed where it was. Everything that a pass mends it decides by consistent reads, so that a
 * page that two sweepers look at, or one looks at twice, comes to the same.
 */
export function sweepOrphans(deps: SweepOrphansDeps): SweepOrphans {
  async function goOn(pass: SlowPass): Promise<void> {
    const place = await deps.progress.find(pass.name);
    const now = deps.now();
    if (place !== undefined && place.notBefore > now.toISOString()) return;
    const page = await pass.lookAtPage(place?.after);
    const pauseMs = page.next === undefined ? deps.restSeconds * 1000 : 0;
    const notBefore = new Date(now.getTime() + pauseMs).toISOString();
    await deps.progress.keep(pass.name, { after: page.next, notBefore });
    if (page.mended > 0) deps.report(pass.name, page);
  }

  return async (signal) => {
    const failures: unknown[] = [];
    for (const pass of deps.passes) {
      if (signal?.aborted === true) break;
      await goOn(pass).catch((error: unknown) => void failures.push(error));
    }
    if (failures.length > 0)
      throw new AggregateError(failures, 'a pass of the sweep of orphans failed', { cause: failures[0] });
  };
}
