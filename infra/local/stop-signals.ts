/** Ctrl-C under `npm start` arrives twice: from the terminal, and once more from npm, which passes it on. */
const SAME_KEYPRESS_MS = 500;

export interface StopSignals {
  /** Resolves on the first SIGINT, SIGTERM or SIGHUP. */
  readonly first: Promise<NodeJS.Signals>;
  /** What to do before exiting at once, when somebody insists. */
  onSecond(cleanUp: () => void): void;
  dispose(): void;
}

export function onStopSignals(): StopSignals {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  const cleanUps: (() => void)[] = [];
  let firstAt: number | undefined;
  const handle = (signal: NodeJS.Signals) => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      resolve(signal);
    } else if (performance.now() - firstAt > SAME_KEYPRESS_MS) {
      for (const cleanUp of cleanUps) cleanUp();
      process.exit(130);
    }
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, handle);
  return {
    first: promise,
    onSecond: (cleanUp) => void cleanUps.push(cleanUp),
    dispose() {
      for (const name of names) process.off(name, handle);
    },
  };
}
