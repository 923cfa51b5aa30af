import { cairnEvent } from '@cairn/shared/events/event-envelope';
import type { WriteExportPart } from '@cairn/shared/exports/write-export-part';
import { PoisonMessageError } from '@cairn/shared/messaging/poison-message-error';
import type { MessageHandler } from '@cairn/shared/messaging/sqs-consumer';
import type { NoteExportPart } from '../domain/exporting/assemble-export.ts';
import type { NotePurge } from '../domain/note-purge.ts';

export interface AuthEventsDeps {
  readonly notePurge: NotePurge;
  readonly writeExportPart: WriteExportPart;
  readonly noteExportPart: NoteExportPart;
}

/** What the services report to auth, and auth's own part of an export. A message may come again or late. */
export function authEventsConsumer(deps: AuthEventsDeps): MessageHandler {
  return async ({ body }) => {
    const { data: event } = cairnEvent.safeParse(parseJson(body));
    if (event?.type === 'user.export_requested') return deps.writeExportPart(event);
    if (event?.type === 'user.export_part_written') {
      const { user_id: userId, export_id: exportId, part, occurred_at: date } = event;
      return deps.noteExportPart({ userId, exportId }, part, date);
    }
    if (event?.type !== 'user.purged') throw new PoisonMessageError('not an event that auth asked for');
    const { user_id: userId, counts, occurred_at: date } = event;
    if (await deps.notePurge({ userId, counts, date })) return;
    throw new PoisonMessageError('tells of the deletion of a user who is not deleted');
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PoisonMessageError('not JSON');
  }
}
