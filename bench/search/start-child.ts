import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Scope } from '../scope.ts';
import type { ChildRequest } from './child-messages.ts';

export interface Child {
  /** One at a time; rejects when the child ends. */
  ask<Answer>(request: ChildRequest): Promise<Answer>;
  stop(): Promise<void>;
}

/** A process of its own for one side of a comparison, until it is stopped or the scope ends. */
export async function startChild(
  name: 'engine-child' | 'load-child' | 'records-child' | 'replica-child' | 'thread-child',
  args: readonly string[],
  scope: Scope,
): Promise<Child> {
  const entry = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const child = fork(entry, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill();
    await ended;
  };
  await scope.hold(child, stop);
  return {
    stop,
    async ask<Answer>(request: ChildRequest) {
      const answered = once(child, 'message');
      child.send(request);
      const [first] = (await Promise.race([answered, ended.then(() => [])])) as [{ value: Answer }?];
      if (first === undefined) throw new Error(`${name} ended`);
      return first.value;
    },
  };
}
