import { createHash } from 'node:crypto';
import { DomainError } from '@cairn/shared/errors/domain-error';
import type { NewId } from '@cairn/shared/ids';
import type { CleanUpUpload } from '../ending/clean-up-upload.ts';
import type { UploadDeclaration } from './declaration.ts';
import type { DeclaredUpload, DeclareUpload } from './declare-upload.ts';
import type { IdempotencyStore, IncomingStore, UploadRepository } from '../ports.ts';
import { isOpen } from '../upload.ts';
import { presignWholeFiles } from './presign-whole-files.ts';

export interface DeclareOnceDeps {
  declare: DeclareUpload;
  keys: IdempotencyStore;
  uploads: UploadRepository;
  incoming: IncomingStore;
  cleanUp: CleanUpUpload;
  urlLifetimeSeconds: number;
  /** How long a declaration may take before its key can be taken over. */
  leaseSeconds: number;
  now: () => Date;
  newId: NewId;
}

export interface OnceDeclared extends DeclaredUpload {
  /** Whether an earlier request with the key made it. */
  readonly replayed: boolean;
}

export type DeclareOnce = (
  userId: string,
  key: string,
  declaration: UploadDeclaration,
) => Promise<OnceDeclared>;

/**
 * One declaration for one Idempotency-Key: the same body gets the same upload (with fresh URLs), another body
 * is refused, a concurrent request is told to wait, and a key whose holder died is taken over.
 */
export function declareOnce(deps: DeclareOnceDeps): DeclareOnce {
  async function replay(uploadId: string): Promise<OnceDeclared> {
    const whole = await deps.uploads.findWhole(uploadId);
    if (whole === undefined) throw new DomainError('upload.not_found');
    const waiting = isOpen(whole.upload.state) ? whole.files.filter(({ state }) => state === 'waiting') : [];
    const puts = await presignWholeFiles(deps.incoming, waiting, deps.urlLifetimeSeconds);
    return { ...whole, puts, replayed: true };
  }

  /** What a dead holder of the key had begun ends; nobody was told of it. */
  async function abandon(uploadId: string): Promise<void> {
    const at = deps.now().toISOString();
    await deps.uploads.moveTo(uploadId, 'aborted', { now: at, dueAt: at });
    await deps.cleanUp(uploadId);
  }

  return async (userId, key, declaration) => {
    const now = deps.now();
    const fingerprint = createHash('sha256').update(JSON.stringify(declaration)).digest('hex');
    const uploadId = deps.newId('upload');
    const begun = await deps.keys.begin(userId, key, {
      fingerprint,
      uploadId,
      now: now.toISOString(),
      until: new Date(now.getTime() + deps.leaseSeconds * 1000).toISOString(),
    });
    switch (begun.outcome) {
      case 'other_body':
        throw new DomainError('idempotency.key_reused');
      case 'in_progress':
        throw new DomainError('idempotency.in_progress', { retryAfterSeconds: 1, retryable: true });
      case 'done':
        return replay(begun.uploadId);
      case 'begun': {
        if (begun.abandonedUploadId !== undefined) await abandon(begun.abandonedUploadId);
        try {
          const declared = await deps.declare(userId, declaration, uploadId);
          // Somebody took the key over meanwhile: theirs is the answer.
          if (!(await deps.keys.finish(userId, key, uploadId))) {
            throw new DomainError('idempotency.in_progress', { retryAfterSeconds: 1, retryable: true });
          }
          return { ...declared, replayed: false };
        } catch (error) {
          // What was begun is given up; a refusal is no result, and the key may be used for a better try.
          await abandon(uploadId).catch(() => undefined);
          await deps.keys.forget(userId, key, uploadId);
          throw error;
        }
      }
    }
  };
}
