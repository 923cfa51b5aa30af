import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { createDeliveryLane, type DeliveryLane } from './delivery-lane.ts';
import { listDir, readJson, writeJson, type TempDir } from '../storage/plain-files.ts';

export interface PendingMessage {
  queueArn: string;
  body: string;
  /** What the message is about: it may go out only if this change was made. */
  change: { bucket: string; key: string; sequencer: string; kind: 'created' | 'removed' };
}

export interface PreparedMessages {
  /** The change is on disk: deliver, from now on whatever happens. Never rejects. */
  confirm(): Promise<void>;
  cancel(): Promise<void>;
}

export interface Outbox {
  /** Writes the messages down before the change that they tell of. */
  prepare(messages: readonly PendingMessage[]): Promise<PreparedMessages>;
  /** Sends what a killed process left; `wasMade` tells whether a prepared message's change reached the disk. */
  recover(wasMade: (change: PendingMessage['change']) => boolean): Promise<void>;
  close(): Promise<void>;
}

export function openOutbox(
  dir: string,
  temp: TempDir,
  send: (queueArn: string, body: string) => Promise<void>,
): Outbox {
  const preparedDir = join(dir, 'prepared');
  const readyDir = join(dir, 'ready');
  const left = { prepared: listDir(preparedDir).sort(), ready: listDir(readyDir).sort() };
  const lanes = new Map<string, DeliveryLane>();

  const deliver = (file: string, message: PendingMessage) => {
    let lane = lanes.get(message.queueArn);
    if (!lane) {
      lane = createDeliveryLane();
      lanes.set(message.queueArn, lane);
    }
    lane.add(async () => {
      await send(message.queueArn, message.body);
      await rm(join(readyDir, file), { force: true });
    });
  };

  return {
    async prepare(messages) {
      const files = messages.map((message, index) => ({
        name: `${message.change.sequencer}-${index}.json`,
        message,
      }));
      for (const { name, message } of files) await writeJson(temp, join(preparedDir, name), message);
      return {
        async confirm() {
          for (const { name, message } of files) {
            // The change is made, so nothing here may fail it; recovery finds the file where it is, too.
            await rename(join(preparedDir, name), join(readyDir, name)).catch(() => undefined);
            deliver(name, message);
          }
        },
        async cancel() {
          for (const { name } of files) await rm(join(preparedDir, name), { force: true });
        },
      };
    },

    async recover(wasMade) {
      const ready = [...left.ready];
      for (const name of left.prepared) {
        const { change } = readJson(join(preparedDir, name)) as PendingMessage;
        if (!wasMade(change)) {
          await rm(join(preparedDir, name));
          continue;
        }
        await rename(join(preparedDir, name), join(readyDir, name));
        ready.push(name);
      }
      for (const name of ready.sort()) deliver(name, readJson(join(readyDir, name)) as PendingMessage);
    },

    async close() {
      await Promise.all([...lanes.values()].map((lane) => lane.close()));
    },
  };
}
