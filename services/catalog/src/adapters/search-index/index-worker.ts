import { parentPort } from 'node:worker_threads';
import { giveWay } from './give-way.ts';
import { indexThread } from './index-thread.ts';
import type { WorkerMessage } from './worker-messages.ts';

const port = parentPort;
if (port === null) throw new Error('index-worker.ts runs in a worker thread');

giveWay();
const receive = indexThread({
  answer: (answer, transfer) => port.postMessage(answer, transfer ?? []),
  later: (run) => void setImmediate(run),
});
port.on('message', (message: WorkerMessage) => receive(message));
