import { expect, it } from 'vitest';
import { fairShare } from './fair-share.ts';

function aShare(room = 24) {
  const held: string[] = [];
  let at = 0;
  const admits = fairShare({
    slots: {
      held: (_lane, userId) => (userId === undefined ? held : held.filter((each) => each === userId)).length,
    },
    room,
    now: () => new Date(at),
  });
  /** How many of the files are admitted; those stay. */
  const arrive = (userId: string, files: number) =>
    Array.from({ length: files }).filter(() => {
      const admitted = admits(userId);
      if (admitted) held.push(userId);
      return admitted;
    }).length;
  return { arrive, held, after: (ms: number) => (at += ms), admits };
}

it('an upload of a few files is never sidelined', () => {
  expect(aShare().arrive('small', 8)).toBe(8);
});

it('a user with many files has a few of them here, and so has the next user', () => {
  const { arrive } = aShare();
  expect(arrive('big', 10_000)).toBe(8);
  expect(arrive('small', 3)).toBe(3);
});

it('each of many big users has one file here while the room is half full, so that it never fills up', () => {
  const { arrive, held } = aShare(24);
  for (let i = 0; i < 10; i += 1) arrive(`big ${i}`, 100);
  expect(held).toHaveLength(12 + 8);
  expect(arrive('small', 5)).toBe(1);
});

it('after many files within a minute all further ones are sidelined, until the minute is over', () => {
  const { arrive, held, after } = aShare();
  for (let i = 0; i < 10; i += 1) {
    arrive('steady', 6);
    held.length = 0;
  }
  expect(arrive('steady', 1)).toBe(0);
  expect(arrive('other', 1)).toBe(1);
  after(61_000);
  expect(arrive('steady', 1)).toBe(1);
});
