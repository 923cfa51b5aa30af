import type { FieldError } from '@cairn/shared/errors/domain-error';
import { PROBLEMS } from '@cairn/shared/errors/problems';
import type { NewId } from '@cairn/shared/ids';
import type { Publication } from '@cairn/shared/records/publication';
import { checkDeclaration } from './check-declaration.ts';
import type { UploadDeclaration } from './declaration.ts';
import { sendingPlan, totalBytes } from './draft-upload.ts';
import type { Limits } from '../limits.ts';
import type { QuotaLedger } from '../ports.ts';
import { exceededQuotas, quotaPositions, type QuotaPositions } from '../quota.ts';
import { resolveTarget } from './resolve-target.ts';
import type { Multipart, Role } from '../upload.ts';

export interface PlannedFile {
  readonly role: Role;
  readonly path: string;
  readonly size: number;
  /** Undefined when it is sent as a whole. */
  readonly parts: Multipart | undefined;
}

export interface Trial {
  /** All that a declaration would be refused for; empty: it would be accepted. */
  readonly problems: readonly FieldError[];
  readonly plan: {
    readonly version: string;
    readonly totalBytes: number;
    readonly mainPath: string | undefined;
    readonly files: readonly PlannedFile[];
  };
  readonly quota: QuotaPositions;
}

export interface TryDeclarationDeps {
  quotas: QuotaLedger;
  findAsset: Publication['findAsset'];
  limits: Limits;
  newId: NewId;
}

export type TryDeclaration = (userId: string, declaration: UploadDeclaration) => Promise<Trial>;

/** Everything that can be known of a declaration before a byte is sent. Writes and reserves nothing. */
export function tryDeclaration(deps: TryDeclarationDeps): TryDeclaration {
  return async (userId, declaration) => {
    const { target, refusals } = await resolveTarget(deps, userId, declaration);
    // Somebody else's quota is nobody's business: without a target the user's own is told.
    const usage = await deps.quotas.usage(target?.owner ?? userId);
    const wish = {
      bytes: totalBytes(declaration),
      assets: declaration.target.kind === 'new_asset' ? 1 : 0,
    };
    const quota = quotaPositions(usage, wish, deps.limits.quota);
    return {
      problems: [
        ...checkDeclaration(declaration, deps.limits),
        ...refusals.map(({ field, error }) => ({
          field,
          code: error.code,
          message: PROBLEMS[error.code].title,
          ...(error.hint === undefined ? {} : { hint: error.hint }),
        })),
        ...(target === undefined ? [] : exceededQuotas(quota)),
      ],
      plan: planOf(declaration, deps.limits),
      quota,
    };
  };
}

function planOf(declaration: UploadDeclaration, limits: Limits): Trial['plan'] {
  const planned =
    (role: Role) =>
    ({ path, size }: { path: string; size: number }): PlannedFile => ({
      role,
      path,
      size,
      parts: sendingPlan(size, limits),
    });
  const main = declaration.files.find((file) => file.main) ?? declaration.files[0];
  return {
    version: declaration.version,
    totalBytes: totalBytes(declaration),
    mainPath: main?.path,
    files: [...declaration.files.map(planned('file')), ...declaration.pictures.map(planned('picture'))],
  };
}
