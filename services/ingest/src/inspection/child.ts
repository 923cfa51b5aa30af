import './lock-down.ts';
import { comparePaths } from '@cairn/shared/records/path-order';
import { ENTRIES_PER_MESSAGE, type FromChild, type InspectionJob, type ToChild } from './protocol.ts';
import { childSource, type ChildSource } from './child-source.ts';
import { inspectContent } from './inspect-content.ts';
import { NeedsRoom } from './needs-room.ts';
import { Rejected } from './rejected.ts';
import type { Finding } from '../domain/inspecting/findings.ts';

/*
 * The process that opens hostile files (I8). It is given bytes and answers with a verdict; it has no
 * credentials and no network, may write no file and start no process. It ends itself when it has taken too
 * much memory; the parent looks as well, for what a native loop keeps from running.
 */
const maxRssBytes = Number(process.argv[2]);

setInterval(() => {
  if (process.memoryUsage.rss() > maxRssBytes) process.exit(137);
}, 50).unref();

const send = (message: FromChild) => void process.send?.(message);
let current: ChildSource | undefined;

async function verdict(job: InspectionJob, source: ChildSource): Promise<Finding | undefined> {
  try {
    return await inspectContent(job, source);
  } catch (error) {
    if (error instanceof NeedsRoom) return undefined;
    if (!(error instanceof Rejected)) throw error;
    return { outcome: 'rejected', refusal: { code: error.code, detail: error.detail } };
  }
}

async function answer(job: InspectionJob): Promise<void> {
  const source = childSource(job, send);
  current = source;
  try {
    const finding = await verdict(job, source);
    await source.finish();
    if (finding === undefined) send({ type: 'needs_room', job: job.id });
    else sendFinding(job.id, finding);
  } catch {
    // The parent counts it; what a hostile file made an error say is not passed on.
    send({ type: 'fault', job: job.id });
  }
}

function sendFinding(job: number, finding: Finding): void {
  if (finding.outcome === 'rejected') return send({ type: 'finding', job, finding });
  if (finding.archive === undefined) {
    return send({ type: 'finding', job, finding: { ...finding, archive: undefined } });
  }
  const { format, unpacked_bytes } = finding.archive;
  const entries = finding.archive.entries.toSorted((a, b) => comparePaths(a.path, b.path));
  for (let at = 0; at < entries.length; at += ENTRIES_PER_MESSAGE) {
    send({ type: 'entries', job, entries: entries.slice(at, at + ENTRIES_PER_MESSAGE) });
  }
  const archive = { format, unpacked_bytes, entries: entries.length };
  send({ type: 'finding', job, finding: { ...finding, archive } });
}

process.on('message', (message: ToChild) => {
  if (message.type === 'job') void answer(message.job);
  else current?.answer(message.read, message.type === 'bytes' ? message.bytes : undefined);
});
process.on('disconnect', () => process.exit(0));
send({ type: 'ready' });
