import { availableParallelism, totalmem } from 'node:os';

/** What figures depend on; nothing that tells one machine from another of its kind. */
export function machineText(): string {
  const memoryGb = Math.round(totalmem() / 2 ** 30);
  const platform = `${process.platform} ${process.arch}`;
  return `${availableParallelism()} cores, ${memoryGb} GiB of memory, ${platform}, Node.js ${process.versions.node}`;
}
