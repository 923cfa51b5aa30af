/** What the hashing thread and its owner say to each other. Buffers change hands; nobody copies them. */
export type ToHashingThread =
  | { readonly kind: 'piece'; readonly id: number; readonly buffer: ArrayBuffer; readonly length: number }
  | { readonly kind: 'end'; readonly id: number }
  | { readonly kind: 'abort'; readonly id: number };

export type ToHashingOwner =
  | { readonly kind: 'taken'; readonly id: number; readonly buffer: ArrayBuffer }
  | { readonly kind: 'digest'; readonly id: number; readonly sha256: string };
