import type { IncomingStore, PutInstruction } from '../ports.ts';
import type { UploadFile } from '../upload.ts';

/** One PUT for each file that is sent whole, by file id; those sent in parts ask for their parts' URLs. */
export async function presignWholeFiles(
  incoming: Pick<IncomingStore, 'presignPut'>,
  files: readonly UploadFile[],
  lifetimeSeconds: number,
): Promise<ReadonlyMap<string, PutInstruction>> {
  const whole = files.filter((file) => file.multipart === undefined);
  const puts = await Promise.all(
    whole.map(async (file) => [file.file_id, await incoming.presignPut(file, lifetimeSeconds)] as const),
  );
  return new Map(puts);
}
