const held: Buffer[] = [];
process.send?.({ type: 'ready' });
process.on('message', () => {
  // A decoder that allocates without end, and never lets the process look at itself.
  for (;;) held.push(Buffer.alloc(16 * 2 ** 20, held.length));
});
