import { createServer } from 'node:http';
import { forwarder } from './guard/forward.ts';

/** A door to moto, on loopback, through which requests to DynamoDB go one at a time. */
export async function oneAtATime(endpoint: string): Promise<{ endpoint: string; close(): void }> {
  const forward = forwarder(new URL(endpoint));
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => forward(incoming, Buffer.concat(chunks), outgoing));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
