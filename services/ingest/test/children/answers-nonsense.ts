process.on('message', (request: { id: number }) => {
  process.send?.({ id: request.id, finding: { outcome: 'accepted', mediaType: 'x', picture: 'yes' } });
});
