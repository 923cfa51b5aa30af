import { ApiError } from '../client/api-client.ts';
import type { Asset, Receipt } from '../client/wire.ts';
import type { SourceAsset, SourceFile } from './find-sources.ts';

export interface HashedFile extends SourceFile {
  readonly sha256: string;
}

/** How far one asset has come. A phase fills in what it finds. */
export interface AssetRun {
  readonly source: SourceAsset;
  files: readonly HashedFile[];
  picture: HashedFile | undefined;
  receipt: Receipt | undefined;
  asset: Asset | undefined;
  downloadsBefore: number;
  downloadsAfter: number;
  /** Downloads that were made through the API. */
  grants: number;
  thumbnails: string[];
  readonly faults: string[];
  /** Set by an error: later phases have nothing to go on. A fault that was merely found stops nothing. */
  stopped: boolean;
}

export const newRun = (source: SourceAsset): AssetRun => ({
  source,
  files: [],
  picture: undefined,
  receipt: undefined,
  asset: undefined,
  downloadsBefore: 0,
  downloadsAfter: 0,
  grants: 0,
  thumbnails: [],
  faults: [],
  stopped: false,
});

export const isSound = (run: AssetRun): boolean => run.faults.length === 0;

/** Runs a step for every asset that has not stopped, one after the other; what it throws becomes a fault. */
export async function eachGoing(
  runs: readonly AssetRun[],
  step: (run: AssetRun) => Promise<void>,
): Promise<void> {
  for (const run of runs) {
    if (run.stopped) continue;
    try {
      await step(run);
    } catch (error) {
      run.faults.push(faultText(error));
      run.stopped = true;
    }
  }
}

/** A value that an earlier phase has set, for every asset that has not stopped. */
export function settled<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('an earlier phase has not run');
  return value;
}

/** What a person needs of an error: of a problem its title, code, fields and hints. */
export function faultText(error: unknown): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
  const { problem } = error;
  if (problem === undefined) return error.message;
  const lines = [`${problem.title} (${problem.code}, request ${problem.request_id})`];
  if (problem.detail !== undefined) lines.push(problem.detail);
  for (const { field, code, message, hint } of problem.errors ?? []) {
    lines.push(`${field}: ${message} (${code})${hint === undefined ? '' : `. ${hint}`}`);
  }
  if (problem.hint !== undefined) lines.push(problem.hint);
  return lines.join('\n');
}
