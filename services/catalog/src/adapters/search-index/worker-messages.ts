import type { IndexChange, PageRequest, SearchCriteria } from '../../domain/search/search-index.ts';

/** What the main thread asks of the worker; each is answered once, under its id. */
export type WorkerRequest =
  | { readonly type: 'apply'; readonly changes: readonly IndexChange[] }
  | { readonly type: 'search'; readonly criteria: SearchCriteria; readonly page: PageRequest }
  | { readonly type: 'reset' }
  /** Answered when the state is captured. */
  | { readonly type: 'snapshot'; readonly seq: number }
  /** Answered with a chunk, or with null after the last one. */
  | { readonly type: 'snapshot-chunk' }
  /** Nobody wants the rest. */
  | { readonly type: 'snapshot-end' }
  /** Answered when the snapshot is taken over or refused; its chunks follow in messages of their own. */
  | { readonly type: 'restore' }
  /** null: there are no more. */
  | { readonly type: 'restore-chunk'; readonly chunk: Uint8Array | null };

export interface WorkerMessage {
  readonly id: number;
  readonly request: WorkerRequest;
}

export type WorkerAnswer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: unknown };
