import { SearchEngine } from './search-engine.ts';
import { captureState, chunksOf, readSnapshot, type CapturedState } from './snapshot-file.ts';
import type { WorkerAnswer, WorkerMessage, WorkerRequest } from './worker-messages.ts';

/** Postings that are merged at a time between messages: some milliseconds. */
const MERGED_PER_SLICE = 200_000;

interface Thread {
  readonly answer: (answer: WorkerAnswer, transfer?: readonly ArrayBuffer[]) => void;
  /** Calls back after the messages that wait. */
  readonly later: (run: () => void) => void;
}

/** The worker's side: messages in their order, and between them merging, slice by slice. */
export function indexThread({ answer, later }: Thread): (message: WorkerMessage) => void {
  let engine = new SearchEngine();
  const waiting: WorkerMessage[] = [];
  let scheduled = false;
  let capture: { id: number; steps: Generator<void, CapturedState> } | undefined;
  let chunks: Iterator<Uint8Array<ArrayBuffer>> | undefined;
  let restoring: { give: Give } | undefined;

  function handle({ id, request }: WorkerMessage): void {
    try {
      switch (request.type) {
        case 'apply':
          for (const change of request.changes) engine.apply(change);
          return answer({ id, ok: true, value: undefined });
        case 'search':
          return answer({ id, ok: true, value: engine.search(request.criteria, request.page) });
        case 'reset':
          engine = new SearchEngine();
          return answer({ id, ok: true, value: undefined });
        case 'snapshot':
          capture = { id, steps: captureState(engine.state, request.seq) };
          return;
        case 'snapshot-chunk':
          return answerChunk(id);
        case 'snapshot-end':
          chunks = undefined;
          return answer({ id, ok: true, value: undefined });
        case 'restore':
          return restore(id);
        case 'restore-chunk':
          restoring?.give(request.chunk);
          return answer({ id, ok: true, value: undefined });
      }
    } catch (error) {
      answer({ id, ok: false, error });
    }
  }

  function answerChunk(id: number): void {
    const next = chunks?.next();
    if (next === undefined || next.done === true) {
      chunks = undefined;
      return answer({ id, ok: true, value: null });
    }
    // Each frame has a buffer of its own, which can change hands.
    answer({ id, ok: true, value: next.value }, [next.value.buffer]);
  }

  function restore(id: number): void {
    engine = new SearchEngine();
    const { iterable, give } = handedOver();
    restoring = { give };
    void readSnapshot(iterable)
      .then((read) => {
        if (!read.ok) return answer({ id, ok: true, value: read });
        engine = new SearchEngine(read.state);
        answer({ id, ok: true, value: { ok: true, seq: read.seq, documents: engine.documents } });
      })
      .catch((error: unknown) => answer({ id, ok: false, error }))
      .finally(() => {
        restoring = undefined;
        schedule();
      });
  }

  /** What may not wait for what is under way, and what has to. */
  function mayHandle(request: WorkerRequest): boolean {
    if (request.type === 'restore-chunk' || request.type.startsWith('snapshot-')) return true;
    if (restoring !== undefined) return false;
    return capture === undefined || request.type === 'search';
  }

  function turn(): void {
    scheduled = false;
    while (waiting[0] !== undefined && mayHandle(waiting[0].request)) {
      const message = waiting.shift();
      if (message !== undefined) handle(message);
    }
    if (capture !== undefined) captureOn(capture);
    else if (restoring !== undefined) return;
    else if (!engine.maintain(MERGED_PER_SLICE) && waiting.length === 0) return;
    schedule();
  }

  function captureOn({ id, steps }: { id: number; steps: Generator<void, CapturedState> }): void {
    const { done, value } = steps.next();
    if (done !== true) return;
    capture = undefined;
    chunks = chunksOf(value);
    answer({ id, ok: true, value: undefined });
  }

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    later(turn);
  }

  return (message) => {
    const { type } = message.request;
    // These belong to what the others wait for.
    if (type === 'restore-chunk' || type.startsWith('snapshot-')) return handle(message);
    waiting.push(message);
    if (waiting.length === 1 && mayHandle(message.request)) {
      waiting.pop();
      handle(message);
    }
    schedule();
  };
}

type Give = (chunk: Uint8Array | null) => void;

/** An iterable of what is given to it. */
function handedOver(): { iterable: AsyncIterable<Uint8Array>; give: Give } {
  const given: (Uint8Array | null)[] = [];
  let wake = () => {};
  async function* iterate(): AsyncGenerator<Uint8Array> {
    for (;;) {
      while (given.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const chunk = given.shift();
      if (chunk === null || chunk === undefined) return;
      yield chunk;
    }
  }
  return {
    iterable: iterate(),
    give(chunk) {
      given.push(chunk);
      wake();
    },
  };
}
