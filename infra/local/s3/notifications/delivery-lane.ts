const FIRST_RETRY_MS = 50;
const MAX_RETRY_MS = 10_000;

export interface DeliveryLane {
  add(delivery: () => Promise<void>): void;
  /** Lets the delivery that is under way finish; what is left stays undone. */
  close(): Promise<void>;
}

/**
 * Makes its deliveries one after the other and repeats one until it succeeds. There is a lane for each queue,
 * so a queue that does not answer holds up nobody else.
 */
export function createDeliveryLane(): DeliveryLane {
  const waiting: (() => Promise<void>)[] = [];
  const closing = new AbortController();
  let running: Promise<void> | undefined;

  const run = async () => {
    for (let delivery = waiting[0]; delivery && !closing.signal.aborted; delivery = waiting[0]) {
      if (await attemptUntilDone(delivery, closing.signal)) waiting.shift();
    }
    running = undefined;
  };
  return {
    add(delivery) {
      waiting.push(delivery);
      if (!closing.signal.aborted) running ??= run();
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}

async function attemptUntilDone(delivery: () => Promise<void>, signal: AbortSignal): Promise<boolean> {
  for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(retryMs * 2, MAX_RETRY_MS)) {
    try {
      await delivery();
      return true;
    } catch {
      await pause(retryMs, signal);
    }
    if (signal.aborted) return false;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener('abort', finish);
  });
}
