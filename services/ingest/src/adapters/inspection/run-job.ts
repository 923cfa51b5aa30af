import type { ArchiveEntry, Finding } from '../../domain/inspecting/findings.ts';
import { InspectionFault, type FaultKind } from '../../domain/inspecting/inspection-fault.ts';
import type { FileToInspect } from '../../domain/ports.ts';
import { contentFeed } from './content-feed.ts';
import type { InspectionChild } from './inspection-child.ts';
import { jobClock, type ClockLimits } from './job-clock.ts';
import { parseMessage } from './message-schema.ts';
import { wholeFinding } from './whole-finding.ts';

export interface JobLimits extends ClockLimits {
  acceptPrograms: boolean;
  /** Whether the child has the memory for any picture. */
  roomy: boolean;
  /** Ranges that a child may ask for in one job, by number and by bytes together. */
  maxReads: number;
  maxReadBytes: number;
}

export interface JobResult {
  /** Undefined: it is a job for a roomy child. */
  readonly finding: Finding | undefined;
  /** Nothing of this job is left in the child or on its way to it. */
  readonly reusable: boolean;
}

let lastId = 0;

/**
 * One job: tells the child of the file, gives it what it asks for, and takes its answer. Rejects with
 * `InspectionFault` when there is none; then the child must not be used any more.
 */
export async function runJob(
  child: InspectionChild,
  file: FileToInspect,
  limits: JobLimits,
  signal: AbortSignal,
): Promise<JobResult> {
  const id = ++lastId;
  const answer = Promise.withResolvers<Finding | undefined>();
  const over = new AbortController();
  const work = AbortSignal.any([signal, over.signal]);
  const fail = (kind: FaultKind, blame: 'file' | 'us') => answer.reject(new InspectionFault(kind, blame));
  const failBy = (cause: unknown) =>
    answer.reject(
      cause instanceof InspectionFault ? cause : new InspectionFault('store unavailable', 'us', { cause }),
    );
  const clock = jobClock(limits, fail);
  const feed = contentFeed(file, work);
  const entries: ArchiveEntry[] = [];
  let sent = 0;
  let sending: Promise<void> | undefined;
  const asked = { reads: 0, bytes: 0 };

  async function sendAll(): Promise<void> {
    for (;;) {
      const piece = await clock.whileStore(() => feed.next());
      if (piece === undefined) return;
      await child.write(piece);
      work.throwIfAborted();
      sent += piece.byteLength;
      clock.progress();
    }
  }

  async function sendRange(read: number, offset: number, length: number): Promise<void> {
    asked.reads += 1;
    asked.bytes += length;
    if (asked.reads > limits.maxReads || asked.bytes > limits.maxReadBytes)
      return fail('too many reads', 'file');
    if (offset + length > file.size) return fail('answered nonsense', 'file');
    const bytes = await clock.whileStore(() => file.read(offset, length, work));
    child.send({ type: 'bytes', read, bytes });
  }

  function onMessage(said: unknown): void {
    clock.progress();
    const message = parseMessage(said);
    if (message === undefined || message.job !== id) return fail('answered nonsense', 'file');
    switch (message.type) {
      case 'read':
        return void sendRange(message.read, message.offset, message.length).catch(failBy);
      case 'stream':
        if (sending !== undefined) return fail('answered nonsense', 'file');
        sending = sendAll();
        return void sending.catch(failBy);
      case 'entries':
        return void entries.push(...message.entries.map(complete));
      case 'needs_room':
        return limits.roomy ? fail('answered nonsense', 'file') : answer.resolve(undefined);
      case 'fault':
        return fail('could not tell', 'file');
      case 'finding': {
        const finding = wholeFinding(message.finding, entries, file);
        return finding === undefined ? fail('answered nonsense', 'file') : answer.resolve(finding);
      }
    }
  }

  const abort = () => answer.reject(signal.reason);
  signal.addEventListener('abort', abort);
  const unlisten = child.listen({ onMessage, onEnd: (kind) => fail(kind, 'file') });
  child.jobs += 1;
  try {
    signal.throwIfAborted();
    const { role, path, size, declaredType } = file;
    const { acceptPrograms, roomy } = limits;
    const head = clock.whileStore(() => feed.head());
    head.then(
      (bytes) =>
        child.send({
          type: 'job',
          job: { id, role, path, size, declaredType, acceptPrograms, roomy, head: bytes },
        }),
      failBy,
    );
    const finding = await answer.promise;
    const emptied = sending === undefined || sent === file.size;
    if (finding?.outcome === 'accepted') {
      if (!emptied) throw new InspectionFault('answered nonsense', 'file');
      // To the end, so that the content is hashed: through the pipe before, past the child if it needed nothing.
      if (sending === undefined) await rest();
      else await sending;
    } else if (sending !== undefined && emptied) await sending;
    return { finding, reusable: emptied };
  } catch (error) {
    throw error instanceof InspectionFault || signal.aborted
      ? error
      : new InspectionFault('store unavailable', 'us', { cause: error });
  } finally {
    signal.removeEventListener('abort', abort);
    unlisten();
    clock.stop();
    over.abort();
    feed.close();
  }

  async function rest(): Promise<void> {
    while ((await clock.whileStore(() => feed.next())) !== undefined) clock.progress();
  }
}

const complete = (
  entry: Omit<ArchiveEntry, 'stored' | 'native_code' | 'model'> & Partial<ArchiveEntry>,
): ArchiveEntry => ({
  ...entry,
  stored: entry.stored,
  native_code: entry.native_code,
  model: entry.model,
});
