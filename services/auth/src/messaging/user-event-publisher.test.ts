import { expect, test } from 'vitest';
import { aUser, aUserDeleted } from '../testing/builders.ts';
import { userEventPublisher } from './user-event-publisher.ts';

const event = aUserDeleted(aUser());

test('the deletion is finished before it is told', async () => {
  const steps: string[] = [];
  const publish = userEventPublisher({
    finishUserDeletion: async (userId) => void steps.push(`finished ${userId}`),
    publish: async ({ id }) => void steps.push(`published ${id}`),
  });
  await publish(event);
  expect(steps).toEqual([`finished ${event.user_id}`, `published ${event.id}`]);
});

test('a deletion that cannot be finished is not told, and stays in the outbox', async () => {
  const published: unknown[] = [];
  const publish = userEventPublisher({
    finishUserDeletion: () => Promise.reject(new Error('the table is away')),
    publish: async (told) => void published.push(told),
  });
  await expect(publish(event)).rejects.toThrow('the table is away');
  expect(published).toEqual([]);
});
