let read = 0;
let current = 0;
process.send?.({ type: 'ready' });
process.on('message', (message: { job?: { id: number } }) => {
  current = message.job?.id ?? current;
  process.send?.({ type: 'read', job: current, read: ++read, offset: 0, length: 1 });
});
