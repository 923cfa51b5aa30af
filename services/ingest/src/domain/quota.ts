import type { FieldError } from '@cairn/shared/errors/domain-error';
import type { Quota } from './limits.ts';

/** What is published and reserved together. */
export type QuotaUsage = Quota;

/** What an upload would add. */
export interface QuotaWish {
  readonly bytes: number;
  readonly assets: number;
}

export const QUOTA_NAMES = ['bytes', 'assets', 'open_uploads'] as const;
export type QuotaName = (typeof QUOTA_NAMES)[number];

export interface QuotaPosition {
  readonly limit: number;
  readonly used: number;
  readonly wanted: number;
}

export type QuotaPositions = Readonly<Record<QuotaName, QuotaPosition>>;

/** Every quota by its public name, as it stands before the upload. */
export function quotaPositions(usage: QuotaUsage, wish: QuotaWish, quota: Quota): QuotaPositions {
  return {
    bytes: { limit: quota.bytes, used: usage.bytes, wanted: wish.bytes },
    assets: { limit: quota.assets, used: usage.assets, wanted: wish.assets },
    open_uploads: { limit: quota.openUploads, used: usage.openUploads, wanted: 1 },
  };
}

/** The quotas that the upload would exceed, all of them; empty when there is room. */
export function exceededQuotas(positions: QuotaPositions): FieldError[] {
  return QUOTA_NAMES.flatMap((name) => {
    const { limit, used, wanted } = positions[name];
    if (used + wanted <= limit) return [];
    const message = `${wanted} more would exceed the limit of ${limit}: ${used} are used or reserved`;
    return [
      { field: `quota.${name}`, code: 'quota.exceeded', message, hint: HINTS[name], limit, used, wanted },
    ];
  });
}

const HINTS: Record<QuotaName, string> = {
  bytes: 'Delete assets, abort uploads that are open, or send less.',
  assets: 'Delete assets, or publish this as a release of one.',
  open_uploads: 'Finish uploads that are open, or abort them.',
};
