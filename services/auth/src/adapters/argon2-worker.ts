import { parentPort } from 'node:worker_threads';
import { hashSync, verifySync } from '@node-rs/argon2';
import type { Argon2Job, Argon2Reply } from './argon2-threads.ts';

/** One hash after the other; the next one already waits here, so that no event loop is asked in between. */
parentPort?.on('message', ({ id, job }: { id: number; job: Argon2Job }) => {
  let reply: Argon2Reply;
  try {
    const value =
      job.what === 'hash' ? hashSync(job.password, job.parameters) : verifySync(job.stored, job.password);
    reply = { id, value };
  } catch (error) {
    reply = { id, fault: error instanceof Error ? error.name : 'unknown' };
  }
  parentPort?.postMessage(reply, []);
});
