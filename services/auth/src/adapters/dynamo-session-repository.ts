import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from '@hono/zod-openapi';
import type { Document } from '@cairn/shared/aws/clients';
import { wins } from '@cairn/shared/aws/conditions';
import type { SessionRepository } from '../domain/ports.ts';
import type { Session } from '../domain/session.ts';
import { queryPartition } from './query-partition.ts';

/** Without hashes, as sessions were before there were refresh tokens, a session has none that is good. */
const sessionItem = z.object({
  user_id: z.string(),
  session_id: z.string(),
  created_at: z.iso.datetime(),
  expires_at: z.number().int(),
  user_agent: z.string().optional(),
  family_hash: z.string().default(''),
  refresh_hash: z.string().default(''),
  last_used_day: z.string().optional(),
  password_changed_at: z.iso.datetime().optional(),
});

const CONDITIONS = { asRead: 'refresh_hash = :read' } as const;

export function dynamoSessionRepository(document: Document, table: string): SessionRepository {
  async function find(userId: string, sessionId: string): Promise<Session | undefined> {
    const { Item } = await document.send(
      new GetCommand({
        TableName: table,
        Key: { user_id: userId, session_id: sessionId },
        ConsistentRead: true,
      }),
    );
    return Item === undefined ? undefined : parseSession(Item);
  }

  return {
    find,

    async create(session) {
      await document.send(new PutCommand({ TableName: table, Item: { ...session } }));
    },

    async list(userId, at) {
      const items = await queryPartition(document, table, { user_id: userId });
      return items.map(parseSession).filter((session) => session.expires_at * 1000 > at.getTime());
    },

    async rotate(session, next) {
      const { user_id, session_id, refresh_hash } = session;
      const write = new UpdateCommand({
        TableName: table,
        Key: { user_id, session_id },
        UpdateExpression: 'SET refresh_hash = :hash, expires_at = :end, last_used_day = :day',
        ConditionExpression: CONDITIONS.asRead,
        ExpressionAttributeValues: {
          ':read': refresh_hash,
          ':hash': next.refresh_hash,
          ':end': next.expires_at,
          ':day': next.last_used_day,
        },
      });
      if (await wins(document.send(write))) return 'rotated';
      // The new hash is of a random secret: where it stands, a try whose answer was lost has written it.
      const current = await find(user_id, session_id);
      if (current === undefined) return 'gone';
      return current.refresh_hash === next.refresh_hash ? 'rotated' : 'reused';
    },

    async remove(userId, sessionId) {
      await document.send(
        new DeleteCommand({ TableName: table, Key: { user_id: userId, session_id: sessionId } }),
      );
    },
  };
}

function parseSession(item: Record<string, unknown>): Session {
  const { user_agent, last_used_day, password_changed_at, ...session } = sessionItem.parse(item);
  return {
    ...session,
    last_used_day: last_used_day ?? session.created_at.slice(0, 10),
    ...(user_agent === undefined ? {} : { user_agent }),
    ...(password_changed_at === undefined ? {} : { password_changed_at }),
  };
}
