import { describe, expect, it } from 'vitest';
import { createScope } from './scope.ts';

describe('a scope', () => {
  it('ends what it holds, last first, and all of it when one fails to end', async () => {
    const scope = createScope();
    const ended: string[] = [];
    await scope.hold('first', (name) => ended.push(name));
    await scope.hold('second', () => Promise.reject(new Error('stuck')));
    await scope.hold('third', (name) => ended.push(name));
    await expect(scope.end()).rejects.toThrow('stuck');
    expect(ended).toEqual(['third', 'first']);
  });

  it('ends what is still starting once it has started', async () => {
    const scope = createScope();
    const starting = Promise.withResolvers<string>();
    const ended: string[] = [];
    const held = scope.hold(starting.promise, (name) => ended.push(name));
    const over = scope.end();
    starting.resolve('late');
    await Promise.all([held, over]);
    expect(ended).toEqual(['late']);
  });

  it('takes nothing in when it is over', async () => {
    const scope = createScope();
    await scope.end();
    const ended: string[] = [];
    await expect(scope.hold('late', (name) => ended.push(name))).rejects.toThrow('over');
    expect(ended).toEqual(['late']);
  });
});
