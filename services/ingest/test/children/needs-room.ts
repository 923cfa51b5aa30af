// Does nothing but in a roomy child, whose memory it was started with; of one file it says so even then.
process.send?.({ type: 'ready' });
process.on('message', ({ job }: { job: { id: number; path: string; roomy: boolean } }) => {
  if (!job.roomy || job.path === 'never enough') {
    process.send?.({ type: 'needs_room', job: job.id });
    return;
  }
  const refusal = { code: 'file.type_mismatch', detail: `with ${process.argv[2]} bytes` };
  process.send?.({ type: 'finding', job: job.id, finding: { outcome: 'rejected', refusal } });
});
