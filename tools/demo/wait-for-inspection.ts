import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from '../client/api-client.ts';
import { ENDED_STATES, type FieldProblem, type Receipt } from '../client/wire.ts';
import { eachGoing, settled, type AssetRun } from './asset-run.ts';
import type { Progress } from './progress.ts';

const POLL_MS = 200;

/** Polls the receipts until each upload has ended; an upload that is not published is a fault, with reasons. */
export async function waitForInspection(
  runs: readonly AssetRun[],
  api: ApiClient,
  token: string,
  progress: Progress,
  deadlineMs: number,
): Promise<void> {
  const fileCount = runs.reduce((sum, run) => sum + (run.receipt?.files.length ?? 0), 0);
  const phase = progress.phase('inspect', fileCount * 100, 'percent');
  const deadline = Date.now() + deadlineMs;
  await eachGoing(runs, async (run) => {
    for (;;) {
      run.receipt = await api.receipt(token, settled(run.receipt).upload_id);
      phase.reach(percentOf(runs));
      if (hasEnded(run.receipt)) break;
      if (Date.now() > deadline) throw new Error(`still ${run.receipt.state} after ${deadlineMs / 1_000} s`);
      await delay(POLL_MS);
    }
    if (run.receipt.state !== 'published') throw new Error(refusalText(run.receipt));
  });
  phase.end();
}

const hasEnded = (receipt: Receipt): boolean => (ENDED_STATES as readonly string[]).includes(receipt.state);

const percentOf = (runs: readonly AssetRun[]): number =>
  runs.reduce(
    (sum, run) => sum + (run.receipt?.files.reduce((each, file) => each + file.percent, 0) ?? 0),
    0,
  );

function refusalText(receipt: Receipt): string {
  const whole = receipt.refusal === undefined ? [] : [reasonText(receipt.refusal)];
  const each = receipt.files.flatMap(({ path, refusal }) =>
    refusal === undefined ? [] : [`${path}: ${reasonText(refusal)}`],
  );
  return [`the upload is ${receipt.state}`, ...whole, ...each].join('\n');
}

const reasonText = ({ message, code, hint = '' }: FieldProblem): string =>
  `${message} (${code}). ${hint}`.trimEnd();
