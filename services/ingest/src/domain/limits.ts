import { ASSET_LIMITS } from '@cairn/shared/fields/asset-limits';

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

export const PICTURE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/avif', 'image/gif'] as const;
export const THUMBNAIL_WIDTHS = [160, 480, 1280] as const;
export const MAX_PIXELS = 50_000_000;

export interface PixelLimit {
  readonly type: (typeof PICTURE_TYPES)[number] | undefined;
  readonly coding: string | undefined;
  readonly maxPixels: number;
}

/**
 * Below `MAX_PIXELS` where a decoder holds the whole picture, or more than that. Measured, so that each fits
 * into the 512 MB of an inspection child: docs/inspection.md has the figures.
 */
export const PIXEL_LIMITS = {
  avifPhoto: { type: 'image/avif', coding: '8 bit, 4:2:0 or grey, without alpha', maxPixels: 24_500_000 },
  avifFine: {
    type: 'image/avif',
    coding: 'other 8 bit; 10 or 12 bit, not 4:4:4, without alpha',
    maxPixels: 20_000_000,
  },
  avifFinest: { type: 'image/avif', coding: '10 or 12 bit, 4:4:4 or with alpha', maxPixels: 14_000_000 },
  heavyAvifPhoto: {
    type: 'image/avif',
    coding: '8 bit, 4:2:0 or grey, without alpha, above 4 MiB',
    maxPixels: 17_000_000,
  },
  heavyAvifFine: {
    type: 'image/avif',
    coding: 'other 8 bit; 10 or 12 bit, not 4:4:4, without alpha; above 4 MiB',
    maxPixels: 14_000_000,
  },
  heavyAvifFinest: {
    type: 'image/avif',
    coding: '10 or 12 bit, 4:4:4 or with alpha, above 4 MiB',
    maxPixels: 9_500_000,
  },
  deepInterlacedPng: { type: 'image/png', coding: '16 bit, interlaced', maxPixels: 30_000_000 },
  progressiveCmykJpeg: { type: 'image/jpeg', coding: 'CMYK, progressive', maxPixels: 40_000_000 },
} as const satisfies Record<string, PixelLimit>;

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
