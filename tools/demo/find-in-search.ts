import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from '../client/api-client.ts';
import { eachGoing, settled, type AssetRun } from './asset-run.ts';
import { DEMO_ENGINE } from './declare-uploads.ts';
import type { Progress } from './progress.ts';

const POLL_MS = 100;

/** Finds each asset as anybody would, without an account, and reads its record. */
export async function findInSearch(
  runs: readonly AssetRun[],
  api: ApiClient,
  runTag: string,
  progress: Progress,
  deadlineMs: number,
): Promise<void> {
  const phase = progress.phase('search', runs.length, 'assets');
  await eachGoing(runs, async (run) => {
    const { asin } = settled(run.receipt);
    const query = { q: run.source.name, kind: run.source.kind, engine: DEMO_ENGINE, tag: runTag };
    const deadline = Date.now() + deadlineMs;
    for (;;) {
      const page = await api.search(query);
      if (page.items.some((item) => item.asin === asin)) break;
      if (Date.now() > deadline) throw new Error(`search does not find "${run.source.name}"`);
      await delay(POLL_MS);
    }
    run.asset = await api.asset(asin);
    phase.advance(1);
  });
  phase.end();
}
