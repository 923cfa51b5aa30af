process.on('message', () => {
  for (;;) {
    // A decoder that spins.
  }
});
