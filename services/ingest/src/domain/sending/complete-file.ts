import { DomainError, type FieldError } from '@cairn/shared/errors/domain-error';
import { findOwnFile } from './get-file-urls.ts';
import { partRange } from '../declaring/part-plan.ts';
import type { IncomingStore, ReceivedPart, UploadRepository } from '../ports.ts';
import { incomingKey, type Multipart, type UploadFile } from '../upload.ts';

export interface CompleteFileDeps {
  uploads: UploadRepository;
  incoming: IncomingStore;
}

export type CompleteFile = (userId: string, uploadId: string, fileId: string) => Promise<void>;

/** As many missing parts as one answer names; the client sends them and asks again. */
const NAMED_PARTS = 50;

/**
 * Puts the parts of a file together. The service knows from the store which ones there are, so the client
 * lists none. A file that is there already, by another call or one whose answer was lost, is a success.
 */
export function completeFile({ uploads, incoming }: CompleteFileDeps): CompleteFile {
  return async (userId, uploadId, fileId) => {
    const file = await findOwnFile(uploads, userId, uploadId, fileId);
    if (file.state !== 'waiting' || (await incoming.head(incomingKey(file))) !== undefined) return;
    const { multipart } = file;
    const storeId = multipart?.store_id;
    const parts = storeId === undefined ? [] : await incoming.receivedParts(file, storeId);
    if (multipart === undefined || storeId === undefined || parts === undefined) return stillMissing();
    const wrong = wrongParts(file, multipart, parts);
    if (wrong.length > 0) throw new DomainError('upload.parts_missing', { errors: wrong });
    if (await incoming.completeParts(file, storeId, parts)) return;
    await stillMissing();

    /** The sending is over; unless its object (or what became of it) is there, nothing was sent. */
    async function stillMissing(): Promise<void> {
      const now = await uploads.findFile(uploadId, fileId);
      if (now !== undefined && now.state !== 'waiting') return;
      if ((await incoming.head(incomingKey(file))) !== undefined) return;
      throw new DomainError('upload.parts_missing', {
        detail: 'Nothing of the file has arrived.',
        hint: 'GET the URLs of the file and send it.',
      });
    }
  };
}

function wrongParts(file: UploadFile, plan: Multipart, parts: readonly ReceivedPart[]): FieldError[] {
  const sizes = new Map(parts.map((part) => [part.partNumber, part.sizeBytes]));
  const errors: FieldError[] = [];
  for (let number = 1; number <= plan.part_count && errors.length < NAMED_PARTS; number += 1) {
    const expected = partRange(file.size, plan, number).size;
    const size = sizes.get(number);
    if (size === expected) continue;
    errors.push(
      size === undefined
        ? { field: `/parts/${number}`, code: 'part.missing', message: 'has not arrived' }
        : {
            field: `/parts/${number}`,
            code: 'part.wrong_size',
            message: `has ${size} bytes instead of ${expected}`,
          },
    );
  }
  const beyond = parts.find((part) => part.partNumber > plan.part_count);
  if (beyond !== undefined) {
    const message = `the file has ${plan.part_count} parts`;
    errors.push({ field: `/parts/${beyond.partNumber}`, code: 'part.beyond_the_end', message });
  }
  return errors;
}
