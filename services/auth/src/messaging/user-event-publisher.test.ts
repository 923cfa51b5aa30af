import { expect, test } from 'vitest';
import { aUser, aUserDeleted } from '../testing/builders.ts';
import { userEventPublisher } from './user-event-publisher.ts';

const event = aUserDeleted(aUser());
const none = {
  finishAccount: async () => undefined,
  audit: { append: async () => undefined },
  users: { find: async () => undefined },
  exports: { remove: async () => undefined },
};

test('the deletion is finished before it is told', async () => {
  const steps: string[] = [];
  const publish = userEventPublisher({
    ...none,
    finishUserDeletion: async (userId) => void steps.push(`finished ${userId}`),
    publish: async ({ id }) => void steps.push(`published ${id}`),
  });
  await publish(event);
  expect(steps).toEqual([`finished ${event.user_id}`, `published ${event.id}`]);
});

test('a deletion that cannot be finished is not told, and stays in the outbox', async () => {
  const published: unknown[] = [];
  const publish = userEventPublisher({
    ...none,
    finishUserDeletion: () => Promise.reject(new Error('the table is away')),
    publish: async (told) => void published.push(told),
  });
  await expect(publish(event)).rejects.toThrow('the table is away');
  expect(published).toEqual([]);
});

test('what is unfinished is finished, acts are recorded, and neither is told to anybody', async () => {
  const steps: unknown[] = [];
  const publish = userEventPublisher({
    ...none,
    finishUserDeletion: async () => undefined,
    finishAccount: async (userId) => void steps.push(userId),
    audit: { append: async (entry) => void steps.push(entry) },
    publish: async () => void steps.push('published'),
  });
  const { id, occurred_at, user_id, revision } = event;
  const about = { id, occurred_at, user_id, revision };
  await publish({ ...about, type: 'user.unfinished' });
  const act = { actor: 'command', action: 'role.set', role: 'admin', reason: 'The first.' };
  await publish({ ...about, type: 'user.act_recorded', ...act });
  expect(steps).toEqual([user_id, { entry_id: id, date: occurred_at, subject: user_id, ...act }]);
});
