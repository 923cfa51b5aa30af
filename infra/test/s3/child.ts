import { fork } from 'node:child_process';
import { once } from 'node:events';

import { onTestFinished } from 'vitest';

export type ChildMessage =
  | { url: string }
  | { notification: string }
  | { memory: { rssBytes: number; peakRssBytes: number } };

export interface ChildServer {
  url: string;
  notifications: string[];
  /** Now, and the most since it was last asked for. */
  memory(): Promise<{ rssBytes: number; peakRssBytes: number }>;
  /** SIGKILL: no handler runs, nothing is flushed. */
  kill(): Promise<void>;
}

export interface ChildOptions {
  queue?: 'up' | 'down';
  /** Collects garbage all the time, so that its memory is what it holds. */
  collects?: boolean;
}

/** The server in a process of its own, which can be killed, and whose memory is its own. */
export async function startChild(
  dataDir: string,
  { queue = 'up', collects = false }: ChildOptions = {},
): Promise<ChildServer> {
  const child = fork(new URL('child-server.ts', import.meta.url), [dataDir, queue], {
    execArgv: collects ? ['--expose-gc'] : [],
  });
  const exited = once(child, 'exit');
  const notifications: string[] = [];
  const memory: ((value: { rssBytes: number; peakRssBytes: number }) => void)[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    child.on('exit', () => reject(new Error('the server did not start')));
    child.on('message', (message: ChildMessage) => {
      if ('url' in message) resolve(message.url);
      else if ('notification' in message) notifications.push(message.notification);
      else memory.shift()?.(message.memory);
    });
  });
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  onTestFinished(kill);
  return {
    url,
    notifications,
    kill,
    memory: () =>
      new Promise((resolve) => {
        memory.push(resolve);
        child.send('memory');
      }),
  };
}
