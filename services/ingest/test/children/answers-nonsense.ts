process.send?.({ type: 'ready' });
process.on('message', ({ job }: { job: { id: number } }) => {
  const finding = { outcome: 'accepted', media_type: 'x', picture: 'yes' };
  process.send?.({ type: 'finding', job: job.id, finding });
});
