import type { Logger } from '@cairn/shared/logging/logger';
import type { AssetEvent } from '../domain/ports.ts';

/** One line for each change that the replicas are told of, with the ids of the request that has made it. */
export const loggedChanges =
  (record: (event: AssetEvent) => Promise<void>, logger: Logger) =>
  async (event: AssetEvent): Promise<void> => {
    await record(event);
    const { id, type, asin, revision } = event;
    logger.info({ event_id: id, event_type: type, asin, revision }, 'change recorded');
  };
