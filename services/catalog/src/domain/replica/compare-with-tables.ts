import type { AssetRepository } from '../ports.ts';
import type { Replica } from './replica.ts';

/** What was written since may still be on its way through the log. */
const ON_ITS_WAY_MS = 60_000;

export interface Comparison {
  readonly compared: number;
  /** Assets of which this replica had an older revision, or none. */
  readonly repaired: number;
  /** Whether the index had as many assets as it should; if not, it is filled again. */
  readonly indexComplete: boolean;
}

export interface CompareDeps {
  assets: Pick<AssetRepository, 'scan'>;
  replica: Pick<Replica, 'isReady' | 'revisionOf' | 'take' | 'checkIndex'>;
  /** Between two pages, so that it costs little; ends early when the signal does. */
  pause: (signal: AbortSignal) => Promise<void>;
  now: () => Date;
  onCompared: (comparison: Comparison) => void;
}

/** One slow pass over the tables, for what no log told: a replica that differs from them is repaired. */
export function compareWithTables({ assets, replica, pause, now, onCompared }: CompareDeps) {
  return async (signal: AbortSignal): Promise<void> => {
    if (!replica.isReady()) return;
    let compared = 0;
    let repaired = 0;
    for await (const page of assets.scan()) {
      if (signal.aborted) return;
      const settled = new Date(now().getTime() - ON_ITS_WAY_MS).toISOString();
      const behind = page.filter(
        ({ asin, revision, date_updated }) =>
          date_updated < settled && (replica.revisionOf(asin) ?? 0) < revision,
      );
      await replica.take(behind);
      compared += page.length;
      repaired += behind.length;
      await pause(signal);
    }
    onCompared({ compared, repaired, indexComplete: await replica.checkIndex() });
  };
}
