/** Answers that would go on after the gateway has to stop: each by what ends it. */
export interface OpenStreams {
  add(end: () => void): void;
  remove(end: () => void): void;
  /** Ends them all, and those that begin later at once. */
  stop(): void;
}

export function openStreams(): OpenStreams {
  const open = new Set<() => void>();
  let stopped = false;
  return {
    add(end) {
      open.add(end);
      if (stopped) end();
    },
    remove: (end) => void open.delete(end),
    stop() {
      stopped = true;
      for (const end of open) end();
    },
  };
}
