import { createHash, type Hash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import type { ToHashingThread, ToHashingOwner } from './protocol.ts';

const hashes = new Map<number, Hash>();

function answer(message: ToHashingOwner, owned: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, owned);
}

parentPort?.on('message', (message: ToHashingThread) => {
  const { id } = message;
  if (message.kind === 'abort') {
    hashes.delete(id);
    return;
  }
  const hash = hashes.get(id) ?? createHash('sha256');
  if (message.kind === 'end') {
    hashes.delete(id);
    return answer({ kind: 'digest', id, sha256: hash.digest('hex') });
  }
  hashes.set(id, hash.update(new Uint8Array(message.buffer, 0, message.length)));
  // The buffer goes back to whom it came from: a new one for each megabyte would be work for the collector.
  answer({ kind: 'taken', id, buffer: message.buffer }, [message.buffer]);
});
