import { createDocumentClient, type Document } from '@cairn/shared/aws/clients';

/** What becomes of one write. `n` counts the writes of the client from 1, however often the SDK tries one. */
export type Fault =
  /** It commits; the SDK sees a broken connection, and tries again. */
  | 'lose-answer'
  /** It commits, and so does every further try; no answer ever arrives. */
  | 'lose-every-answer'
  /** The process dies before it: it does not arrive, nor does anything after it. */
  | 'die-before';

export interface FaultyDocument {
  readonly document: Document;
  /** How many writes the client has been asked for. */
  readonly writes: () => number;
}

const WRITE = /^(Put|Update|Delete)ItemCommand$/;

export function faultyDocument(faultOf: (n: number) => Fault | undefined): FaultyDocument {
  const document = createDocumentClient();
  const lost = new Set<number>();
  let writes = 0;
  let dead = false;

  document.middlewareStack.add(
    (next, context) => async (args) => {
      if (WRITE.test(String(context['commandName']))) {
        writes += 1;
        context['write'] = writes;
        if (faultOf(writes) === 'die-before') dead = true;
      }
      if (dead) throw new Error('the process is dead');
      return next(args);
    },
    { step: 'initialize', name: 'countWrites', priority: 'high' },
  );
  // Below the SDK's retries: each try passes here.
  document.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args).catch((error: unknown) => error);
      const n = Number(context['write'] ?? 0);
      const fault = n === 0 ? undefined : faultOf(n);
      if (fault === 'lose-every-answer' || (fault === 'lose-answer' && !lost.has(n))) {
        lost.add(n);
        throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      }
      if (result instanceof Error) throw result;
      return result as Awaited<ReturnType<typeof next>>;
    },
    { step: 'deserialize', name: 'loseAnswers', priority: 'high' },
  );
  return { document, writes: () => writes };
}
