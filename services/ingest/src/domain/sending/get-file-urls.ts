import { DomainError } from '@cairn/shared/errors/domain-error';
import type { Limits } from '../limits.ts';
import { partRange, type PartRange } from '../declaring/part-plan.ts';
import type { IncomingStore, PutInstruction, ReceivedPart, UploadRepository } from '../ports.ts';
import { incomingKey, isDeclared, isOpen, type UploadFile } from '../upload.ts';

export interface PartView extends PartRange {
  readonly received: boolean;
  /** Absent once the part is there: sending it again would change nothing but cost. */
  readonly put: PutInstruction | undefined;
}

export interface FileUrls {
  readonly file: UploadFile;
  /** Whether everything is there and waits for inspection, or has passed it. */
  readonly received: boolean;
  /** For a file that is sent whole. */
  readonly put: PutInstruction | undefined;
  /** For a file that is sent in parts: one page of them. */
  readonly parts: readonly PartView[];
  /** The number to go on from; undefined on the last page. */
  readonly nextFrom: number | undefined;
}

export interface GetFileUrlsDeps {
  uploads: UploadRepository;
  incoming: IncomingStore;
  limits: Limits;
}

export type GetFileUrls = (
  userId: string,
  uploadId: string,
  fileId: string,
  page: { from: number; limit: number },
) => Promise<FileUrls>;

/** What of a file is there, and fresh URLs for what is not: where a client that died goes on. */
export function getFileUrls(deps: GetFileUrlsDeps): GetFileUrls {
  return async (userId, uploadId, fileId, page) => {
    const file = await findOwnFile(deps.uploads, userId, uploadId, fileId);
    const whole = { file, received: true, put: undefined, parts: [], nextFrom: undefined };
    if (file.state !== 'waiting') return whole;
    if ((await deps.incoming.head(incomingKey(file))) !== undefined) return whole;
    if (file.multipart === undefined) {
      const put = await deps.incoming.presignPut(file, deps.limits.urlLifetimeSeconds);
      return { ...whole, received: false, put };
    }
    const storeId = await begun(deps, file);
    const arrived = await deps.incoming.receivedParts(file, storeId);
    if (arrived === undefined) return whole;
    return { ...whole, received: false, ...(await pageOfParts(deps, file, storeId, arrived, page)) };
  };
}

/** Somebody else's upload, and a file of another upload, are as unknown as what never was. */
export async function findOwnFile(
  uploads: UploadRepository,
  userId: string,
  uploadId: string,
  fileId: string,
): Promise<UploadFile> {
  const upload = await uploads.find(uploadId);
  if (upload?.user_id !== userId || !isDeclared(upload)) throw new DomainError('upload.not_found');
  const file = await uploads.findFile(uploadId, fileId);
  if (file === undefined) throw new DomainError('file.not_found');
  if (!isOpen(upload.state) && upload.state !== 'published') {
    throw new DomainError('upload.not_open');
  }
  return file;
}

/** The store's id of the sending; of two that begin at once, one is kept and the other aborted. */
async function begun({ uploads, incoming }: GetFileUrlsDeps, file: UploadFile): Promise<string> {
  if (file.multipart?.store_id !== undefined) return file.multipart.store_id;
  const own = await incoming.beginParts(file);
  const kept = await uploads.keepStoreId(file, own);
  if (kept === own) return own;
  await incoming.abortParts(file, own);
  if (kept === undefined) throw new DomainError('file.not_found');
  return kept;
}

async function pageOfParts(
  { incoming, limits }: GetFileUrlsDeps,
  file: UploadFile,
  storeId: string,
  arrived: readonly ReceivedPart[],
  { from, limit }: { from: number; limit: number },
): Promise<Pick<FileUrls, 'parts' | 'nextFrom'>> {
  const plan = file.multipart;
  if (plan === undefined) return { parts: [], nextFrom: undefined };
  const sizes = new Map(arrived.map((part) => [part.partNumber, part.sizeBytes]));
  const last = Math.min(plan.part_count, from + limit - 1);
  const numbers = Array.from({ length: Math.max(0, last - from + 1) }, (_, i) => from + i);
  const parts = await Promise.all(
    numbers.map(async (partNumber): Promise<PartView> => {
      const range = partRange(file.size, plan, partNumber);
      const received = sizes.get(partNumber) === range.size;
      const put = received
        ? undefined
        : await incoming.presignPart(file, storeId, range, limits.urlLifetimeSeconds);
      return { ...range, received, put };
    }),
  );
  return { parts, nextFrom: last < plan.part_count ? last + 1 : undefined };
}
