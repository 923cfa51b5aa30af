import { z } from '@hono/zod-openapi';
import { cairnEvent } from '@cairn/shared/events/event-envelope';
import { PoisonMessageError } from '@cairn/shared/messaging/poison-message-error';

const cascadePass = z.object({
  type: z.literal('user.cascade_pass'),
  user_id: z.string().min(1),
  clean_passes: z.number().int().nonnegative(),
  assets: z.enum(['delete', 'keep']).default('delete'),
  settled: z.number().int().nonnegative().optional(),
});

const catalogMessage = z.union([cairnEvent, cascadePass]);

/** What travels in `catalog-events`: events of the topic, and the cascade's own notes to itself. */
export type CatalogMessage = z.infer<typeof catalogMessage>;

export const parseCatalogMessage = (body: string): CatalogMessage =>
  parseMessage(catalogMessage, body, 'not an event that the catalog knows');

/** The message, or the reason for which it goes to the dead-letter queue. */
export function parseMessage<T>(schema: z.ZodType<T>, body: string, otherwise: string): T {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new PoisonMessageError('not JSON');
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new PoisonMessageError(otherwise);
  return parsed.data;
}
