import { MessageNotInflight, ReceiptHandleIsInvalid } from '@aws-sdk/client-sqs';
import { elapsedMs, thisMoment, type Moment } from './elapsed.ts';

/** The message is somebody else's by now: whatever is done for it must stop, and it must not be touched. */
export class MessageLostError extends Error {
  override readonly name = 'MessageLostError';
}

export interface MessageLease {
  /** Aborts when the message is lost, when its handler takes too long, or when `drain` does. */
  readonly signal: AbortSignal;
  /** Whether the queue still keeps the message from others. */
  isHeld(): boolean;
  /** Ends the heartbeats; resolves when none is under way, so that none undoes the call that follows. */
  end(): Promise<void>;
}

export interface MessageLeaseOptions {
  visibilityMs: number;
  /** When the queue handed the message out, or earlier. */
  since: Moment;
  /** Keeps the message for another `visibilityMs` from now. */
  extend: (signal: AbortSignal) => Promise<unknown>;
  /** Aborts when the process can wait no longer. */
  drain: AbortSignal;
  /** A handler that hangs must not hold its message for the 12 hours that SQS allows. */
  maxHandlingMs: number;
  onHeartbeatFailed: (error: unknown) => void;
  /** The handler goes on long after its signal; from now on the message is left to its visibility timeout. */
  onDeaf: () => void;
}

/** How long a handler may take to notice that it was aborted. */
export const ABORT_GRACE_MS = 500;

/**
 * Holds a message while it is handled: a heartbeat every third of the visibility timeout, and a fence after
 * it. A worker that was frozen (stopped, suspended, collecting garbage) past its visibility finds its signal
 * aborted before it can go on, since somebody else may be at the message by then.
 */
export function holdMessage(options: MessageLeaseOptions): MessageLease {
  const { visibilityMs, drain } = options;
  const controller = new AbortController();
  const beats = new Set<Promise<void>>();
  let since = options.since;
  let isLost = false;
  let hasEnded = false;
  let deaf: NodeJS.Timeout | undefined;

  function lose(reason: string, cause?: unknown): void {
    if (isLost) return;
    isLost = true;
    controller.abort(new MessageLostError(reason, { cause }));
  }

  function look(): void {
    if (elapsedMs(since) >= visibilityMs) lose('no sign of life for longer than the visibility timeout');
  }

  async function beat(): Promise<void> {
    look();
    if (isLost) return;
    // From before the call: the queue counts from some moment after it.
    const at = thisMoment();
    try {
      await options.extend(AbortSignal.timeout(visibilityMs));
      since = at;
    } catch (error) {
      if (isRefusal(error)) lose('the queue has taken the message back', error);
      else options.onHeartbeatFailed(error);
    }
  }

  const heartbeat = setInterval(() => {
    const job: Promise<void> = beat().finally(() => beats.delete(job));
    beats.add(job);
  }, visibilityMs / 3);
  let fence: NodeJS.Timeout;
  const armFence = () => {
    fence = setTimeout(
      () => {
        look();
        if (!isLost) armFence();
      },
      Math.max(1, visibilityMs - elapsedMs(since)),
    );
  };
  armFence();
  const tooLong = setTimeout(
    () => controller.abort(new Error('handling took too long')),
    options.maxHandlingMs,
  );
  const onDrain = () => controller.abort(drain.reason);
  if (drain.aborted) onDrain();
  else drain.addEventListener('abort', onDrain, { once: true });

  function stopTimers(): void {
    clearInterval(heartbeat);
    clearTimeout(fence);
    clearTimeout(tooLong);
    clearTimeout(deaf);
    drain.removeEventListener('abort', onDrain);
  }
  controller.signal.addEventListener('abort', () => {
    if (hasEnded) return;
    deaf = setTimeout(() => {
      stopTimers();
      options.onDeaf();
    }, ABORT_GRACE_MS);
  });

  return {
    signal: lookingFirst(controller.signal, look),
    isHeld() {
      look();
      return !isLost;
    },
    async end() {
      hasEnded = true;
      stopTimers();
      await Promise.all(beats);
    },
  };
}

/**
 * After a freeze the event loop first runs what was due before the fence's timer. Code that asks its signal
 * before it writes, as the SDK does, is told there and then.
 */
function lookingFirst(signal: AbortSignal, look: () => void): AbortSignal {
  const { prototype } = AbortSignal;
  return Object.defineProperties(signal, {
    aborted: {
      get: () => {
        look();
        return Reflect.get(prototype, 'aborted', signal);
      },
    },
    throwIfAborted: {
      value: () => {
        look();
        prototype.throwIfAborted.call(signal);
      },
    },
  });
}

/** Whether the answer says that the receipt is not ours any more; AWS has more than one way to say it. */
function isRefusal(error: unknown): boolean {
  if (error instanceof MessageNotInflight || error instanceof ReceiptHandleIsInvalid) return true;
  return error instanceof Error && error.name.startsWith('InvalidParameterValue');
}
