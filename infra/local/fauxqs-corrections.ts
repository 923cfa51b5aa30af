import { AsyncLocalStorage } from 'node:async_hooks';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Fastify } from './fauxqs.ts';

/*
 * What fauxqs 2.4.1 does to messages that a queue must not do. Its classes are not exported; a version that
 * lays its files out differently fails at the import below, and the tests of this folder say what to check.
 */
interface Queue {
  dequeue: (this: Queue, ...args: unknown[]) => unknown[];
  changeVisibility: (this: Queue, receiptHandle: string, seconds: number) => void;
  waitForMessages: (this: Queue, seconds: number) => Promise<void>;
  processTimers(): void;
  persistence?: { transaction(work: () => void): void };
}

const receiver = new AsyncLocalStorage<Socket>();
let corrected: Promise<void> | undefined;

/** Makes the corrections; they hold for every instance in the process, and are made once. */
export function correctQueues(): Promise<void> {
  corrected ??= correct();
  return corrected;
}

/** Lets the queue know who waits for its answer. */
export function forgetPartedClients(fastify: Fastify): void {
  fastify.addHook('preHandler', (request, _reply, done) => receiver.run(request.raw.socket, done));
}

async function correct(): Promise<void> {
  const file = new URL('sqs/sqsStore.js', import.meta.resolve('fauxqs'));
  const { SqsQueue } = (await import(file.href)) as { SqsQueue: { prototype: Queue } };
  const queue = SqsQueue.prototype;
  const { dequeue, changeVisibility, waitForMessages } = queue;

  queue.dequeue = function (...args) {
    // A consumer that is gone (killed, or stopped in a long poll) would take messages into its grave, where
    // they stay invisible for the whole visibility timeout.
    if (isGone(receiver.getStore())) return [];
    let messages: unknown[] = [];
    const take = () => {
      messages = dequeue.apply(this, args);
    };
    // A message on its way to the dead-letter queue is deleted here and inserted there: one commit, or a
    // kill between the two loses it.
    if (this.persistence === undefined) take();
    else this.persistence.transaction(take);
    return messages;
  };

  queue.waitForMessages = async function (seconds) {
    await waitForMessages.call(this, seconds);
    // Whoever hung up before the message came is heard of in the next turn only.
    await nextTurn();
    await nextTurn();
  };

  queue.changeVisibility = function (receiptHandle, seconds) {
    if (seconds > 0) return changeVisibility.call(this, receiptHandle, seconds);
    // Zero breaks a NOT NULL rule of its database, after the message was taken out of memory.
    changeVisibility.call(this, receiptHandle, -0.001);
    this.processTimers();
  };
}

const isGone = (socket: Socket | undefined): boolean =>
  socket !== undefined && (socket.destroyed || socket.readableEnded || socket.writableEnded);
