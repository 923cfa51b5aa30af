import { keyUsage } from '@cairn/shared/http/key-usage';
import { PoisonMessageError } from '@cairn/shared/messaging/poison-message-error';
import type { MessageHandler } from '@cairn/shared/messaging/sqs-consumer';
import type { ApiKeyRepository } from '../domain/ports.ts';

/** The day only moves forward, so a message may come again, late, or for a key that is gone. */
export function apiKeyUsageConsumer(apiKeys: Pick<ApiKeyRepository, 'noteUse'>): MessageHandler {
  return async ({ body }) => {
    const { user_id, key_id, day } = parseUsage(body);
    await apiKeys.noteUse(user_id, key_id, day);
  };
}

function parseUsage(body: string) {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new PoisonMessageError('not JSON');
  }
  const parsed = keyUsage.safeParse(json);
  if (!parsed.success) throw new PoisonMessageError('not the use of an API key');
  return parsed.data;
}
