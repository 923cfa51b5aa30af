process.on('message', (request: { id: number }) => {
  const secrets = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('NODE_CHANNEL')),
  );
  const refusal = { code: 'file.type_mismatch', detail: JSON.stringify(secrets) };
  process.send?.({ id: request.id, finding: { outcome: 'rejected', refusal } });
});
