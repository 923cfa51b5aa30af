import { childSource } from '../../src/inspection/child-source.ts';
import { inspectContent } from '../../src/inspection/inspect-content.ts';

// Does every file like the real one, but for those that are told to break it.
type Job = Parameters<typeof inspectContent>[0];

let spoilt = false;
process.on('message', ({ job }: { job: Job }) => {
  if (job.path === 'crashes' || spoilt) process.kill(process.pid, 'SIGSEGV');
  if (job.path === 'spins') for (;;);
  if (job.path === 'spoils') spoilt = true;
  const source = childSource(job, (message) => void process.send?.(message));
  void inspectContent(job, source).then((finding) =>
    process.send?.({ type: 'finding', job: job.id, finding: { ...finding, archive: undefined } }),
  );
});
process.send?.({ type: 'ready' });
