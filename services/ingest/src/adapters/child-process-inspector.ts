import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from '@hono/zod-openapi';
import type { Finding, Inspector } from '../domain/ports.ts';
import { REFUSALS, type RefusalCode } from '../domain/refusals.ts';
import type { InspectionJob, InspectionRequest } from '../inspection/protocol.ts';

export interface InspectorOptions {
  /** How many files are looked at at once. */
  processes: number;
  timeoutMs: number;
  maxRssBytes: number;
  /** A child is replaced after so many jobs, so that nothing a file did to it lasts. */
  jobsPerChild: number;
  childModule?: string;
}

export interface ChildProcessInspector extends Inspector {
  close(): Promise<void>;
}

const bytes = z.instanceof(Uint8Array);
/** The child has been in touch with the file: what it says is parsed like anything from outside. */
const replySchema = z.object({
  id: z.number(),
  fault: z.string().optional(),
  finding: z
    .discriminatedUnion('outcome', [
      z.object({
        outcome: z.literal('accepted'),
        mediaType: z.string().regex(/^[a-z0-9]+\/[a-z0-9.+_-]+$/i),
        picture: z
          .object({
            width: z.number().int().positive(),
            height: z.number().int().positive(),
            derived: z
              .array(
                z.object({
                  width: z.number().int().positive(),
                  height: z.number().int().positive(),
                  webp: bytes,
                }),
              )
              .length(3),
          })
          .optional(),
      }),
      z.object({
        outcome: z.literal('rejected'),
        refusal: z.object({
          code: z.enum(Object.keys(REFUSALS) as [RefusalCode, ...RefusalCode[]]),
          detail: z.string().max(500).optional(),
        }),
      }),
    ])
    .optional(),
});

interface Worker {
  readonly child: ChildProcess;
  jobs: number;
}

/**
 * A pool of child processes without credentials and with a wall-clock and a memory limit each. A child that
 * dies, hangs or answers nonsense costs its job alone: the call rejects, which never publishes (I1, I8).
 */
export function childProcessInspector(options: InspectorOptions): ChildProcessInspector {
  const module = options.childModule ?? fileURLToPath(new URL('../inspection/child.ts', import.meta.url));
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const waiting: ((worker: Worker) => void)[] = [];
  let nextId = 1;
  let closed = false;

  function spawn(): Worker {
    const child = fork(module, [String(options.maxRssBytes)], {
      env: {},
      execArgv: ['--permission', '--allow-addons', '--allow-fs-read=*', '--max-old-space-size=256'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const worker: Worker = { child, jobs: 0 };
    all.add(worker);
    // An idle child that dies is forgotten; one that works rejects its job in `run`.
    child.once('exit', () => discard(worker));
    child.on('error', () => discard(worker));
    return worker;
  }

  function discard(worker: Worker): void {
    if (!all.delete(worker)) return;
    const index = idle.indexOf(worker);
    if (index >= 0) idle.splice(index, 1);
    worker.child.kill('SIGKILL');
    if (!closed && waiting.length > 0) waiting.shift()?.(spawn());
  }

  async function take(): Promise<Worker> {
    if (closed) throw new Error('the inspector is closed');
    const free = idle.pop();
    if (free !== undefined) return free;
    if (all.size < options.processes) return spawn();
    return new Promise((resolve) => waiting.push(resolve));
  }

  function giveBack(worker: Worker): void {
    if (worker.jobs >= options.jobsPerChild) return discard(worker);
    if (!all.has(worker)) return;
    const next = waiting.shift();
    if (next === undefined) idle.push(worker);
    else next(worker);
  }

  async function run(job: InspectionJob, signal: AbortSignal): Promise<Finding> {
    const worker = await take();
    const { child } = worker;
    const request: InspectionRequest = { id: nextId++, job };
    worker.jobs += 1;
    const timer = AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs)]);
    const ended = new AbortController();
    try {
      const finding = await new Promise<Finding>((resolve, reject) => {
        child.on('message', onMessage);
        child.once('exit', onExit);
        timer.addEventListener('abort', onAbort);
        ended.signal.addEventListener('abort', () => {
          child.off('message', onMessage);
          child.off('exit', onExit);
          timer.removeEventListener('abort', onAbort);
        });
        child.send(request, (error) => {
          if (error !== null) reject(new Error('the inspection child is gone', { cause: error }));
        });

        function onMessage(message: unknown): void {
          const reply = replySchema.safeParse(message);
          if (!reply.success) return reject(new Error('the inspection child answered nonsense'));
          if (reply.data.id !== request.id) return;
          const { finding: found, fault } = reply.data;
          if (found === undefined)
            return reject(new Error(`the inspection failed: ${fault ?? 'no verdict'}`));
          resolve(found.outcome === 'accepted' ? { ...found, picture: found.picture } : found);
        }
        function onExit(code: number | null, by: NodeJS.Signals | null): void {
          reject(new Error(`the inspection child died (${by ?? `exit code ${code}`})`));
        }
        function onAbort(): void {
          reject(new Error('the inspection took too long', { cause: timer.reason }));
        }
      });
      giveBack(worker);
      return finding;
    } catch (error) {
      discard(worker);
      throw error;
    } finally {
      ended.abort();
    }
  }

  return {
    inspectFile: ({ head, declaredType }, signal) => run({ kind: 'file', head, declaredType }, signal),
    inspectPicture: ({ bytes: content, declaredType }, signal) =>
      run({ kind: 'picture', bytes: content, declaredType }, signal),
    async close() {
      closed = true;
      for (const worker of all) discard(worker);
    },
  };
}
