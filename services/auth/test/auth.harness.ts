import { GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { createDocumentClient, createSqsClient, type Document } from '@cairn/shared/aws/clients';
import { parseConfig } from '@cairn/shared/config/parse-config';
import { cairnEvent, type CairnEvent } from '@cairn/shared/events/event-envelope';
import { silentLogger, type Logger } from '@cairn/shared/logging/logger';
import { resolveQueue } from '@cairn/shared/messaging/queue-urls';
import { createSqsConsumer } from '@cairn/shared/messaging/sqs-consumer';
import type { TestStack } from '@cairn/infra/local/testing';
import { queues, tables } from '@cairn/infra/resources';
import { composeAuth } from '../src/compose.ts';
import { authConfig } from '../src/config.ts';
import { PASSWORD } from '../src/testing/builders.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

export interface SignedIn {
  token: string;
  user: { asin: string; username: string; date_created: string };
}

/** The service as its own process would run it, driven over its app; `start` begins its periodic work. */
export async function composeForTest(
  stack: TestStack,
  options: { document?: Document; now?: () => Date; logger?: Logger } = {},
) {
  const config = parseConfig(authConfig, stack.environmentFor('auth'));
  const parts = await composeAuth({ config, logger: silentLogger(), ...options });
  const send = async (method: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
    parts.app.request(path, { method, headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) });
  return {
    ...parts,
    config,
    register: (username: string, password = PASSWORD) => send('POST', '/v1/users', { username, password }),
    signIn: (username: string, password = PASSWORD) => send('POST', '/v1/sessions', { username, password }),
    remove: (token: string, password = PASSWORD) =>
      send('DELETE', '/v1/users/me', { password }, { authorization: `Bearer ${token}` }),
    me: async (token: string) =>
      parts.app.request('/v1/users/me', { headers: { authorization: `Bearer ${token}` } }),
    async stop() {
      for (const phase of parts.shutdown) await phase.run(5_000);
    },
  };
}

export type TestAuth = Awaited<ReturnType<typeof composeForTest>>;

export const signedIn = async (response: Response) => (await response.json()) as SignedIn;

/** Raw items of the tables, as no code of the service sees them. */
export function storedItems() {
  const document = createDocumentClient();
  const scan = async (table: string) => {
    const { Items = [] } = await document.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
    return Items;
  };
  const users = () => scan(tables.users.name);
  return {
    users,
    sessions: () => scan(tables.sessions.name),
    apiKeys: () => scan(tables.apiKeys.name),
    async item(asin: string) {
      const { Item } = await document.send(
        new GetCommand({ TableName: tables.users.name, Key: { asin }, ConsistentRead: true }),
      );
      return Item;
    },
    async usersNamed(...names: string[]) {
      return (await users()).filter((item) => names.includes(String(item['username'])));
    },
    async sessionsOf(userId: string) {
      return (await scan(tables.sessions.name)).filter((item) => item['user_id'] === userId);
    },
  };
}

/** Collects what reaches the catalog's queue from the topic. */
export async function collectEvents() {
  const sqs = createSqsClient();
  const { name, deadLetterQueue } = queues.catalogEvents;
  const events: CairnEvent[] = [];
  const consumer = createSqsConsumer({
    name,
    sqs,
    queue: await resolveQueue(sqs, name, deadLetterQueue.name),
    visibilitySeconds: 30,
    concurrency: 5,
    waitSeconds: 1,
    logger: silentLogger(),
    handle: async ({ body }) => void events.push(cairnEvent.parse(JSON.parse(body))),
  });
  consumer.start();
  return { events, stop: () => consumer.stop(1_000) };
}
