import { DomainError } from '@cairn/shared/errors/domain-error';
import type { Logger } from '@cairn/shared/logging/logger';
import { mergeOpenApi, serviceDocument, type MergeOptions, type ServiceDocument } from './merge-openapi.ts';

/** The merged document as JSON text; rejects with `service.unavailable` while a service has never told its part. */
export type ApiDocument = () => Promise<string>;

export interface ApiDocumentDeps {
  /** A service's own document, from its `/openapi.json`. */
  readonly load: (service: string) => Promise<unknown>;
  readonly services: readonly string[];
  readonly merge: MergeOptions;
  readonly logger: Logger;
  /** A document older than this is still given out, and renewed behind it. */
  readonly refreshMs: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Loads when first asked. What a service once said is kept while it is away. */
export function createApiDocument(deps: ApiDocumentDeps): ApiDocument {
  const parts = new Map<string, ServiceDocument>();
  let text: string | undefined;
  let loadedAt = 0;
  let refreshing: Promise<void> | undefined;
  let lastConflicts = '';

  async function loadPart(service: string): Promise<void> {
    try {
      parts.set(service, serviceDocument.parse(await deps.load(service)));
    } catch (error) {
      deps.logger.warn({ err: error, service_asked: service }, 'no OpenAPI document from a service');
    }
  }

  async function refresh(): Promise<void> {
    await Promise.all(deps.services.map(loadPart));
    loadedAt = deps.now();
    if (parts.size < deps.services.length) return;
    const inOrder = new Map(
      deps.services.flatMap((name) => {
        const part = parts.get(name);
        return part === undefined ? [] : [[name, part] as const];
      }),
    );
    const { document, conflicts } = mergeOpenApi(inOrder, deps.merge);
    text = JSON.stringify(document);
    if (conflicts.length > 0 && conflicts.join() !== lastConflicts) {
      deps.logger.error({ conflicts }, 'the OpenAPI documents of the services do not fit together');
    }
    lastConflicts = conflicts.join();
  }

  function refreshOnce(): Promise<void> {
    refreshing ??= refresh().finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  }

  return async () => {
    if (text === undefined) await refreshOnce();
    else if (deps.now() - loadedAt >= deps.refreshMs) void refreshOnce();
    if (text === undefined) throw new DomainError('service.unavailable', { retryAfterSeconds: 2 });
    return text;
  };
}
