import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { InspectionFault, type FaultKind } from '../../domain/inspecting/inspection-fault.ts';
import { CONTENT_FD, type ToChild } from '../../inspection/protocol.ts';

export interface ChildOptions {
  maxRssBytes: number;
  /** How long a child may take until it is ready for its first job. */
  startMs: number;
  childModule?: string | undefined;
}

/** One child process. What it says is from the other side of the fence until it was parsed. */
export interface InspectionChild {
  jobs: number;
  send(message: ToChild): void;
  /** Resolves when the pipe can take more. */
  write(piece: Uint8Array): Promise<void>;
  /** One listener at a time. Returns how to stop listening. */
  listen(listener: { onMessage(message: unknown): void; onEnd(kind: FaultKind): void }): () => void;
  kill(kind?: FaultKind): void;
  /** Resolves when the process is gone. */
  readonly ended: Promise<FaultKind>;
}

const CHILD = fileURLToPath(new URL('../../inspection/child.ts', import.meta.url));
const WATCH_MS = 25;
const PAGE_BYTES = 4096;
const OUT_OF_MEMORY_EXIT = 137;

/**
 * No credentials: the environment is empty. No files: it may read code alone. The permission model of Node
 * keeps it from writing, from other processes, workers and the inspector; `lock-down.ts` from the network.
 */
function start({ childModule = CHILD, maxRssBytes }: ChildOptions) {
  const below = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const readable = [
    '../../../',
    '../../../../../shared/',
    '../../../../../node_modules/',
    '../../../../../package.json',
  ];
  return fork(childModule, [String(maxRssBytes)], {
    env: {},
    execArgv: [
      '--permission',
      '--allow-addons',
      ...readable.map((path) => `--allow-fs-read=${below(path)}`),
      '--max-old-space-size=256',
      // What Node itself takes is not left for the picture.
      '--max-semi-space-size=1',
      '--v8-pool-size=0',
      '--disallow-code-generation-from-strings',
    ],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc', 'pipe'],
  });
}

/** Resolves once the child is ready; one that never is, is our fault and nobody's file's. */
export async function startInspectionChild(options: ChildOptions): Promise<InspectionChild> {
  const child = start(options);
  const pipe = child.stdio[CONTENT_FD] as Writable;
  // Breaks when the child dies, which `exit` tells.
  pipe.on('error', () => undefined);
  let killedFor: FaultKind | undefined;
  const gone = Promise.withResolvers<FaultKind>();
  const watch = setInterval(() => {
    if (residentBytes(child.pid) > options.maxRssBytes) kill('out of memory');
  }, WATCH_MS);
  watch.unref();

  function kill(kind: FaultKind = 'crashed'): void {
    killedFor ??= kind;
    child.kill('SIGKILL');
  }
  function end(code: number | null): void {
    clearInterval(watch);
    gone.resolve(killedFor ?? (code === OUT_OF_MEMORY_EXIT ? 'out of memory' : 'crashed'));
  }
  child.once('exit', end);
  child.on('error', () => (child.pid === undefined ? end(null) : kill()));

  const self: InspectionChild = {
    jobs: 0,
    ended: gone.promise,
    kill,
    send: (message) => void child.send(message, (error) => error !== null && kill()),
    async write(piece) {
      if (pipe.write(piece)) return;
      const drained = Promise.withResolvers<void>();
      pipe.once('drain', drained.resolve);
      await Promise.race([drained.promise, gone.promise]);
      pipe.off('drain', drained.resolve);
    },
    listen(listener) {
      let listening = true;
      const whileListening = (message: unknown) => listening && listener.onMessage(message);
      child.on('message', whileListening);
      void gone.promise.then((kind) => listening && listener.onEnd(kind));
      return () => {
        listening = false;
        child.off('message', whileListening);
      };
    },
  };

  const ready = Promise.withResolvers<void>();
  const missing = () => ready.reject(new InspectionFault('inspector missing', 'us'));
  const stop = self.listen({
    onMessage: (message) =>
      (message as { type?: unknown } | null)?.type === 'ready' ? ready.resolve() : missing(),
    onEnd: missing,
  });
  const timer = setTimeout(missing, options.startMs);
  try {
    await ready.promise;
    return self;
  } catch (error) {
    kill();
    throw error;
  } finally {
    clearTimeout(timer);
    stop();
  }
}

/** As the system counts it, where it tells: a child within a native loop cannot look at itself. */
function residentBytes(pid: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * PAGE_BYTES;
  } catch {
    return 0;
  }
}
