import { identify, fitsDeclaration } from './identify.ts';
import { inspectPicture } from './inspect-picture.ts';
import type { InspectionJob, InspectionReply, InspectionRequest } from './protocol.ts';
import type { Finding } from '../domain/ports.ts';

/*
 * The process that opens hostile files (I8). It is given bytes and answers with a verdict; it has no
 * credentials, may write no file and start no process. It ends itself when it has taken too much memory.
 */
const maxRssBytes = Number(process.argv[2]);

setInterval(() => {
  if (process.memoryUsage.rss() > maxRssBytes) process.exit(137);
}, 50).unref();

async function inspect(job: InspectionJob): Promise<Finding> {
  if (job.kind === 'picture') return inspectPicture(job.bytes, job.declaredType);
  const mediaType = await identify(job.head);
  return fitsDeclaration(job.declaredType, mediaType)
    ? { outcome: 'accepted', mediaType, picture: undefined }
    : { outcome: 'rejected', refusal: { code: 'file.type_mismatch', detail: `found ${mediaType}` } };
}

async function answer({ id, job }: InspectionRequest): Promise<InspectionReply> {
  try {
    return { id, finding: await inspect(job) };
  } catch (error) {
    return { id, fault: error instanceof Error ? error.message : 'unknown' };
  }
}

process.on('message', (request: InspectionRequest) => {
  void answer(request).then((reply) => process.send?.(reply));
});
process.on('disconnect', () => process.exit(0));
