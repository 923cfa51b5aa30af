import { DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { z } from '@hono/zod-openapi';
import type { Document } from '@cairn/shared/aws/clients';
import type { SessionRepository } from '../domain/ports.ts';
import type { Session } from '../domain/session.ts';

const sessionItem = z.object({
  user_id: z.string(),
  session_id: z.string(),
  created_at: z.iso.datetime(),
  expires_at: z.number().int(),
  user_agent: z.string().optional(),
});

export function dynamoSessionRepository(document: Document, table: string): SessionRepository {
  async function query(userId: string): Promise<Session[]> {
    const found: Session[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const page = await document.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'user_id = :user',
          ExpressionAttributeValues: { ':user': userId },
          ConsistentRead: true,
          ExclusiveStartKey: from,
        }),
      );
      found.push(...(page.Items ?? []).map(parseSession));
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return found;
  }

  async function remove(userId: string, sessionId: string): Promise<void> {
    await document.send(
      new DeleteCommand({ TableName: table, Key: { user_id: userId, session_id: sessionId } }),
    );
  }

  return {
    remove,

    async create(session) {
      await document.send(new PutCommand({ TableName: table, Item: { ...session } }));
    },

    async list(userId, at) {
      const sessions = await query(userId);
      return sessions.filter((session) => session.expires_at * 1000 > at.getTime());
    },

    async removeAll(userId) {
      // Until none is found: a sign-in under way may add one behind the page that was read.
      for (let found = await query(userId); found.length > 0; found = await query(userId)) {
        for (const session of found) await remove(userId, session.session_id);
      }
    },
  };
}

function parseSession(item: Record<string, unknown>): Session {
  const { user_agent, ...session } = sessionItem.parse(item);
  return { ...session, ...(user_agent === undefined ? {} : { user_agent }) };
}
