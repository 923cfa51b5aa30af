export const DELETION_STEPS = ['sessions', 'keys', 'uploads', 'assets', 'files'] as const;
export type DeletionStep = (typeof DELETION_STEPS)[number];
export type AssetsChoice = 'delete' | 'keep';

export interface StepReport {
  /** How many there were; of `files` the assets whose files are gone. */
  readonly count: number;
  readonly date: string;
}

/** The report on one deleted account, found by its id alone; it does not tell whose account it was. */
export interface Deletion {
  readonly deletion_id: string;
  readonly assets: AssetsChoice;
  readonly date_requested: string;
  readonly steps: Readonly<Partial<Record<DeletionStep, StepReport>>>;
  /** Epoch seconds: the table's TTL attribute. */
  readonly expires_at: number;
}

/** After the newest report. */
export const DELETION_KEPT_SECONDS = 30 * 86_400;

export const keptUntil = (now: Date): number => Math.floor(now.getTime() / 1_000) + DELETION_KEPT_SECONDS;

/** Files of assets that stay are not asked for. */
export const stepsOf = ({ assets }: Pick<Deletion, 'assets'>): readonly DeletionStep[] =>
  DELETION_STEPS.filter((step) => step !== 'files' || assets === 'delete');

export interface DeletionReport {
  readonly deletion_id: string;
  readonly state: 'running' | 'finished';
  readonly assets: AssetsChoice;
  readonly date_requested: string;
  readonly date_finished: string | null;
  readonly steps: readonly { readonly step: DeletionStep; readonly report: StepReport | undefined }[];
}

export function reportOf(deletion: Deletion): DeletionReport {
  const steps = stepsOf(deletion).map((step) => ({ step, report: deletion.steps[step] }));
  const dates = steps.flatMap(({ report }) => report?.date ?? []);
  const isFinished = dates.length === steps.length;
  return {
    deletion_id: deletion.deletion_id,
    state: isFinished ? 'finished' : 'running',
    assets: deletion.assets,
    date_requested: deletion.date_requested,
    date_finished: isFinished ? ([...dates].sort().at(-1) ?? null) : null,
    steps,
  };
}
