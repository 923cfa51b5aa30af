process.send?.({ type: 'ready' });
process.on('message', () => {
  for (;;) {
    // A decoder that spins.
  }
});
