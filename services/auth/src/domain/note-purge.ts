import type { DeletionRepository } from './account-ports.ts';
import { DELETION_STEPS, keptUntil, type DeletionStep } from './deletion.ts';
import type { UserRepository } from './ports.ts';

export interface NotePurgeDeps {
  readonly users: Pick<UserRepository, 'find'>;
  readonly deletions: Pick<DeletionRepository, 'report'>;
  readonly now: () => Date;
}

/** False: the user is not deleted, so that nothing of theirs can have been removed. */
export type NotePurge = (input: {
  readonly userId: string;
  readonly counts: Readonly<Partial<Record<string, number>>>;
  readonly date: string;
}) => Promise<boolean>;

/** What another service has removed of a deleted account; the first report of a step counts, a repeat changes nothing. */
export function notePurge({ users, deletions, now }: NotePurgeDeps): NotePurge {
  return async ({ userId, counts, date }) => {
    const user = await users.find(userId);
    if (user?.status !== 'deleted') return false;
    const { deletion_id: id } = user;
    // Deleted before there were reports.
    if (id === undefined) return true;
    for (const [step, count] of Object.entries(counts)) {
      if (isStep(step) && count !== undefined) {
        await deletions.report(id, step, { count, date }, keptUntil(now()));
      }
    }
    return true;
  };
}

const isStep = (name: string): name is DeletionStep => DELETION_STEPS.some((step) => step === name);
