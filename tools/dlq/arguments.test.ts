import { queues } from '@cairn/infra/resources';
import { expect, it } from 'vitest';
import { parseArguments, UsageError } from './arguments.ts';
import { listingText, redriveText } from './report.ts';

it('takes every queue unless one is named', () => {
  expect(parseArguments(['list']).queues).toEqual(Object.values(queues).map((queue) => queue.name));
  expect(parseArguments(['redrive', '--queue', 'downloads', '--rate', '5', '--max', '2'])).toMatchObject({
    command: 'redrive',
    queues: ['downloads'],
    rate: 5,
    max: 2,
  });
});

it.each([
  [[]],
  [['bury']],
  [['list', 'downloads']],
  [['redrive', '--queue', 'someone-elses']],
  [['redrive', '--queue', 'downloads-dlq']],
  [['redrive', '--rate', '0']],
  [['redrive', '--max', 'all']],
  [['list', '--force']],
])('refuses %j with a sentence', (args) => {
  expect(() => parseArguments(args)).toThrow(UsageError);
});

it('tells what it has seen and done', () => {
  const now = new Date('2026-11-22T12:00:00.000Z');
  const letter = {
    reason: 'not JSON',
    since: '2026-11-19T12:00:00.000Z',
    receive_count: 1,
    message_id: 'm1',
    kind: 'not JSON',
    about: ['asset_1'],
  };
  const listing = {
    queue: 'downloads',
    dead_letter_queue: 'downloads-dlq',
    count: 3,
    by_reason: { 'not JSON': 1 },
    letters: [letter],
  };
  expect(listingText([listing], now)).toBe(
    'downloads-dlq: 3 (1 x not JSON)\n    3 d  1 receives  not JSON  not JSON  asset_1  (message m1)\n  ... and 2 more (--max)',
  );
  expect(redriveText([{ queue: 'downloads', moved: 2, left: 1, came_back: 1, refused: 0 }])).toBe(
    'downloads: 2 moved back, 1 left for their other reason, 1 failed again and stay',
  );
});
