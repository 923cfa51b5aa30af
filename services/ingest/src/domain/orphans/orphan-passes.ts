import { missingFiles, missingPictures, type MissingObjectsDeps } from './missing-objects.ts';
import { orphanedCopies, type OrphanedCopiesDeps } from './orphaned-copies.ts';
import { orphanedObjects, orphanedSendings } from './orphaned-incoming.ts';
import { orphanedPictures } from './orphaned-pictures.ts';
import type { SlowPass } from './slow-pass.ts';
import { staleReservations, type StaleReservationsDeps } from './stale-reservations.ts';

export interface OrphanPassesDeps
  extends Omit<OrphanedCopiesDeps, 'isOld'>, MissingObjectsDeps, StaleReservationsDeps {
  publication: OrphanedCopiesDeps['publication'];
  uploads: OrphanedCopiesDeps['uploads'];
  /** Longer than any worker lives: what is younger may be in somebody's hands and is left alone. */
  graceSeconds: number;
  now: () => Date;
}

/** Everything that is looked through slowly. */
export function orphanPasses(deps: OrphanPassesDeps): readonly SlowPass[] {
  const isOld = (at: string) => Date.parse(at) + deps.graceSeconds * 1000 <= deps.now().getTime();
  const aged = { ...deps, isOld };
  return [
    orphanedObjects(aged),
    orphanedSendings(aged),
    orphanedCopies(aged),
    orphanedPictures(aged),
    missingFiles(deps),
    missingPictures(deps),
    staleReservations(deps),
  ];
}
