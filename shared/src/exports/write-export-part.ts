import type { CairnEvent } from '../events/event-envelope.ts';
import type { PublishEvent } from '../messaging/event-publisher.ts';
import type { IsUserDeleted } from '../records/user-tombstone.ts';
import { partKey, type ExportPart } from './export-parts.ts';
import { jsonDocument, type Sections } from './json-document.ts';
import type { ExportObjects } from './s3-export-objects.ts';

export type ExportRequested = Extract<CairnEvent, { type: 'user.export_requested' }>;

export interface WriteExportPartDeps {
  readonly part: ExportPart;
  readonly objects: ExportObjects;
  /** What the service knows of the user; never a secret, and of others no more than everybody may see. */
  readonly collect: (userId: string) => Promise<Sections>;
  readonly isUserDeleted: IsUserDeleted;
  readonly report: PublishEvent;
  readonly now: () => Date;
}

export type WriteExportPart = (event: ExportRequested) => Promise<void>;

/**
 * Writes one service's part and tells auth, before the message that asked for it is deleted: that message is the
 * to-do, and a repeat writes the same place again. The user's tombstone is read before and after, so that nothing
 * is left of who was deleted meanwhile.
 */
export function writeExportPart(deps: WriteExportPartDeps): WriteExportPart {
  const { part, objects, isUserDeleted, now } = deps;
  return async ({ id, revision, user_id, export_id }) => {
    const key = partKey({ userId: user_id, exportId: export_id }, part);
    if (!(await isUserDeleted(user_id))) {
      await objects.put(key, jsonDocument(await deps.collect(user_id)));
    }
    if (await isUserDeleted(user_id)) return objects.remove(key);
    await deps.report({
      id: `${id}.${part}`,
      type: 'user.export_part_written',
      occurred_at: now().toISOString(),
      revision,
      user_id,
      export_id,
      part,
    });
  };
}
