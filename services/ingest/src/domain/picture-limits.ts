// Imports nothing: it is all that an inspection child loads of the limits, and each child loads anew.

export const PICTURE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/avif', 'image/gif'] as const;
export const THUMBNAIL_WIDTHS = [160, 480, 1280] as const;
export const MAX_PIXELS = 50_000_000;
