import { ASSET_LIMITS } from '@cairn/shared/fields/asset-limits';
import { MAX_PIXELS } from './picture-limits.ts';

/** What an upload may be, told before by `GET /v1/limits`. Sizes in bytes. */
export interface Limits {
  readonly maxFileBytes: number;
  /** Files above this are sent in parts. */
  readonly multipartThresholdBytes: number;
  readonly maxPictureBytes: number;
  readonly maxFiles: number;
  readonly maxPictures: number;
  readonly maxPixels: number;
  readonly uploadLifetimeSeconds: number;
  readonly urlLifetimeSeconds: number;
  /** Whether programs and installers may be files of their own. */
  readonly acceptPrograms: boolean;
  readonly quota: Quota;
}

/** What one user may have: published and reserved together. */
export interface Quota {
  readonly bytes: number;
  readonly assets: number;
  readonly openUploads: number;
}

const GIB = 2 ** 30;

export function limitsFrom(config: {
  maxFileBytes: number;
  multipartThresholdBytes: number;
  quotaBytes: number;
  quotaAssets: number;
  quotaOpenUploads: number;
  acceptPrograms?: boolean;
}): Limits {
  return {
    // Above 5 GiB one CopyObject no longer does it, and S3 refuses the PUT.
    maxFileBytes: Math.min(config.maxFileBytes, 5 * GIB),
    multipartThresholdBytes: config.multipartThresholdBytes,
    maxPictureBytes: 25 * 2 ** 20,
    maxFiles: ASSET_LIMITS.filesPerRelease,
    maxPictures: ASSET_LIMITS.pictures,
    maxPixels: MAX_PIXELS,
    uploadLifetimeSeconds: 24 * 3600,
    urlLifetimeSeconds: 3600,
    acceptPrograms: config.acceptPrograms ?? false,
    quota: { bytes: config.quotaBytes, assets: config.quotaAssets, openUploads: config.quotaOpenUploads },
  };
}
