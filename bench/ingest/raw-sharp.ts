import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Scope } from '../scope.ts';
import type { SamplePicture } from './sample-pictures.ts';

/** How a process with nothing but sharp shares the cores. */
export interface Sharing {
  /** Pictures at once. */
  readonly pictures: number;
  /** Threads for each of libvips' operations. */
  readonly threads: number;
}

export interface RawSharpRequest extends Sharing {
  readonly pictureBytes: readonly Uint8Array[];
}

/** The time that it took, and the sizes of what was made of each picture. */
export interface RawSharpReply {
  readonly ms: number;
  readonly sizes: readonly (readonly { width: number; height: number }[])[];
}

const CHILD = fileURLToPath(new URL('raw-sharp-child.ts', import.meta.url));

/** Every way that might be the best one on these cores. */
export function waysToShare(): Sharing[] {
  const cores = availableParallelism();
  const ways = [
    { pictures: cores, threads: 1 },
    { pictures: 1, threads: cores },
    { pictures: cores, threads: cores },
    { pictures: 2 * cores, threads: 1 },
  ];
  return ways.filter(
    (way, i) =>
      ways.findIndex((each) => each.pictures === way.pictures && each.threads === way.threads) === i,
  );
}

/** Sharp in a process of its own, which does nothing else. */
export async function startRawSharp(scope: Scope) {
  const child = fork(CHILD, { execArgv: [], serialization: 'advanced' });
  const ended = once(child, 'exit').then(([code]: unknown[]) => {
    throw new Error(`the process of raw sharp ended with exit code ${String(code)}`);
  });
  ended.catch(() => undefined);
  await scope.hold(child, async () => {
    child.kill();
    await ended.catch(() => undefined);
  });
  return async (pictures: readonly SamplePicture[], sharing: Sharing): Promise<RawSharpReply> => {
    const request: RawSharpRequest = { ...sharing, pictureBytes: pictures.map(({ bytes }) => bytes) };
    child.send(request);
    const [reply] = (await Promise.race([once(child, 'message'), ended])) as [RawSharpReply];
    return reply;
  };
}
