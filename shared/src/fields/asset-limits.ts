import { PATH_LIMITS } from './path-rules.ts';

/** What an asset may have. Without the schemas: the children that open hostile files load this as well. */
export const ASSET_LIMITS = {
  name: { min: 3, max: 100 },
  description: { min: 1, max: 10_000 },
  tags: 20,
  tagLength: 32,
  engineRanges: 20,
  pictures: 20,
  filesPerRelease: 200,
  pathBytes: PATH_LIMITS.bytes,
  releases: 200,
  coOwners: 20,
  reason: { min: 1, max: 200 },
} as const;
