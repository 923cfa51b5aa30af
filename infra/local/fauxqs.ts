import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdir } from 'node:fs/promises';
import { startFauxqs as start, type buildApp } from 'fauxqs';
import type { RunningEmulator } from './dynalite.ts';
import { LOOPBACK, loopbackUrl } from './loopback.ts';
import { correctQueues, forgetPartedClients } from './fauxqs-corrections.ts';

export type Fastify = ReturnType<typeof buildApp>;

export interface FauxqsOptions {
  dataDir: string;
  port: number;
  region: string;
}

/** SQS and SNS on SQLite in `dataDir`, at one address. A message is committed before it is acknowledged. */
export async function startFauxqs(options: FauxqsOptions): Promise<RunningEmulator> {
  await mkdir(options.dataDir, { recursive: true });
  await correctQueues();
  const adapt = (message: unknown) => {
    const { fastify } = message as { fastify: Fastify };
    listenOnLoopback(fastify);
    answerWithReachableQueueUrls(fastify);
    forgetPartedClients(fastify);
  };
  // fauxqs makes its Fastify instance before it first awaits: this catches that one and no other.
  subscribe('fastify.initialization', adapt);
  const starting = start({
    port: options.port,
    dataDir: options.dataDir,
    defaultRegion: options.region,
    logger: false,
  });
  unsubscribe('fastify.initialization', adapt);
  const server = await starting;
  return { url: loopbackUrl(server.port), close: () => server.stop() };
}

/** fauxqs listens on all interfaces, and has no option against it. */
function listenOnLoopback(fastify: Fastify): void {
  const listen: (options: object) => Promise<string> = fastify.listen.bind(fastify);
  fastify.listen = (options: unknown) => listen({ ...(options as object), host: LOOPBACK });
}

/**
 * fauxqs answers with `sqs.{region}.localhost`, at the port of the day the queue was made. The SDK follows a
 * queue's URL rather than its own endpoint, so the URL must lead back the way the request came.
 */
function answerWithReachableQueueUrls(fastify: Fastify): void {
  fastify.addHook('preSerialization', (request, _reply, payload, done) => {
    const reach = (url: string) => `http://${request.headers.host}${new URL(url).pathname}`;
    const answer = payload as { QueueUrl?: string; QueueUrls?: string[] } | undefined;
    const urls =
      answer?.QueueUrl === undefined
        ? answer?.QueueUrls && { QueueUrls: answer.QueueUrls.map(reach) }
        : { QueueUrl: reach(answer.QueueUrl) };
    done(null, urls === undefined ? payload : { ...answer, ...urls });
  });
}
