const entry = (path: string) => ({ path, size: 1, sha256: 'a'.repeat(64), media_type: 'text/plain' });
const LIES: Record<string, unknown[]> = {
  'not sorted': [entry('b'), entry('a')],
  'there twice': [entry('a'), entry('a')],
  'leads outside': [entry('../a'), entry('b')],
  'bytes outside': [{ ...entry('a'), stored: { offset: 9e9, length: 1, method: 'stored' } }, entry('b')],
  'too few': [entry('a')],
};
process.send?.({ type: 'ready' });
process.on('message', ({ job }: { job: { id: number; path: string } }) => {
  process.send?.({ type: 'entries', job: job.id, entries: LIES[job.path] });
  const archive = { format: 'zip', entries: 2, unpacked_bytes: 2 };
  const finding = { outcome: 'accepted', media_type: 'application/zip', archive };
  process.send?.({ type: 'finding', job: job.id, finding });
});
