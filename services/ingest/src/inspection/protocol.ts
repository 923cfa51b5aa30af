import type { Finding } from '../domain/ports.ts';

/** What the parent and the inspection child say to each other, over the structured-clone IPC channel. */
export type InspectionJob =
  | { readonly kind: 'file'; readonly head: Uint8Array; readonly declaredType: string }
  | { readonly kind: 'picture'; readonly bytes: Uint8Array; readonly declaredType: string };

export interface InspectionRequest {
  readonly id: number;
  readonly job: InspectionJob;
}

export interface InspectionReply {
  readonly id: number;
  readonly finding?: Finding;
  /** The child could not tell. Never a verdict: nothing is published on it. */
  readonly fault?: string;
}
