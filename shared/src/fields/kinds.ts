export const KINDS = ['2d', '3d'] as const;
export type Kind = (typeof KINDS)[number];
