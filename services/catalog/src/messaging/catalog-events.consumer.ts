import type { WriteExportPart } from '@cairn/shared/exports/write-export-part';
import { PoisonMessageError } from '@cairn/shared/messaging/poison-message-error';
import type { MessageHandler } from '@cairn/shared/messaging/sqs-consumer';
import { following, traced } from '@cairn/shared/telemetry/tracing';
import type { UserCascadePass } from '../domain/deletion/delete-assets-of-user.ts';
import type { AssetEvent } from '../domain/ports.ts';
import { parseCatalogMessage, type CatalogMessage } from './catalog-message.ts';

export interface CatalogEventsDeps {
  recordAssetChange: (event: AssetEvent) => Promise<void>;
  /** Begins the purge of what was deleted, and waits for nothing. */
  purgeSoon: (asin: string) => void;
  writeExportPart: WriteExportPart;
  deleteAssetsOfUser: (pass: UserCascadePass, signal?: AbortSignal) => Promise<boolean>;
}

export function catalogEventsConsumer(deps: CatalogEventsDeps): MessageHandler {
  async function cascade(pass: UserCascadePass, signal: AbortSignal): Promise<void> {
    if (await deps.deleteAssetsOfUser(pass, signal)) return;
    throw new PoisonMessageError('tells of the deletion of a user who is not deleted');
  }

  async function act(message: CatalogMessage, signal: AbortSignal): Promise<void> {
    switch (message.type) {
      case 'asset.published':
      case 'asset.updated':
      case 'release.published':
        return deps.recordAssetChange(message);
      case 'asset.deleted':
      case 'release.deleted':
        // Search forgets it first; the objects may take their time, and are due by the date in the item.
        await deps.recordAssetChange(message);
        return deps.purgeSoon(message.asin);
      case 'user.deleted':
        return cascade(
          { userId: message.user_id, cleanPasses: 0, assets: message.assets ?? 'delete' },
          signal,
        );
      case 'user.cascade_pass':
        return cascade(
          {
            userId: message.user_id,
            cleanPasses: message.clean_passes,
            assets: message.assets,
            ...(message.settled === undefined ? {} : { settled: message.settled }),
          },
          signal,
        );
      case 'user.export_requested':
        return deps.writeExportPart(message);
      // Auth's own, and what is reported to it.
      case 'user.export_part_written':
      case 'user.purged':
      case 'user.unfinished':
      case 'user.act_recorded':
        return undefined;
    }
  }

  return async ({ body }, signal) => {
    const message = parseCatalogMessage(body);
    const attributes = { 'event.type': message.type };
    const origin = 'origin' in message ? message.origin : undefined;
    await following(origin, { userId: message.user_id }, () =>
      traced('event.record', { kind: 'consumer', attributes }, () => act(message, signal)),
    );
  };
}
