import type { UploadSnapshot } from './get-receipt.ts';
import { percentOf } from './percent.ts';
import { shownState } from './shown-state.ts';

export interface WatchUploadsDeps {
  look: (uploadId: string) => Promise<UploadSnapshot | undefined>;
  /** Pause between two looks while things change; it grows up to `maxPollMs` while nothing does. */
  pollMs: number;
  maxPollMs: number;
  onError: (error: unknown) => void;
}

/** What a look has found; `upload` is undefined when it is gone. */
export interface Sighting {
  readonly number: number;
  readonly snapshot: UploadSnapshot | undefined;
}

export interface UploadWatch {
  /**
   * The newest sighting once there is one after `number`; those in between are skipped, so a slow reader costs
   * nothing. Undefined when `ms` have passed or the signal aborts first.
   */
  next(number: number, ms: number, signal: AbortSignal): Promise<Sighting | undefined>;
  close(): void;
}

export interface UploadWatches {
  watch(uploadId: string): UploadWatch;
  /** Something has changed that upload in this process: look now. */
  nudge(uploadId: string): void;
}

/** One watcher an upload and process, whoever many follow it. Other processes' changes are seen by polling. */
export function watchUploads(deps: WatchUploadsDeps): UploadWatches {
  const watchers = new Map<string, Watcher>();
  return {
    watch(uploadId) {
      const watcher = watchers.get(uploadId) ?? startWatcher(deps, uploadId);
      watchers.set(uploadId, watcher);
      watcher.followers += 1;
      let closed = false;
      return {
        next: watcher.next,
        close() {
          if (closed) return;
          closed = true;
          watcher.followers -= 1;
          if (watcher.followers > 0) return;
          watcher.stop();
          watchers.delete(uploadId);
        },
      };
    },
    nudge: (uploadId) => watchers.get(uploadId)?.lookNow(),
  };
}

interface Watcher {
  followers: number;
  readonly next: UploadWatch['next'];
  lookNow(): void;
  stop(): void;
}

function startWatcher(deps: WatchUploadsDeps, uploadId: string): Watcher {
  const waiting = new Set<() => void>();
  let newest: Sighting = { number: 0, snapshot: undefined };
  let fingerprint: string | undefined;
  let pauseMs = deps.pollMs;
  let timer: NodeJS.Timeout | undefined;
  let looking = false;
  let again = false;
  let stopped = false;

  async function lookOnce(): Promise<void> {
    try {
      const snapshot = await deps.look(uploadId);
      const found = fingerprintOf(snapshot);
      const changed = found !== fingerprint;
      pauseMs = changed ? deps.pollMs : Math.min(deps.maxPollMs, pauseMs * 1.5);
      if (!changed) return;
      fingerprint = found;
      newest = { number: newest.number + 1, snapshot };
      for (const wake of waiting) wake();
    } catch (error) {
      pauseMs = deps.maxPollMs;
      deps.onError(error);
    }
  }

  async function look(): Promise<void> {
    clearTimeout(timer);
    again = looking;
    if (looking) return;
    looking = true;
    do {
      again = false;
      await lookOnce();
      // oxlint-disable-next-line no-unmodified-loop-condition
    } while (again && !stopped);
    looking = false;
    if (!stopped) timer = setTimeout(lookNow, pauseMs);
  }
  const lookNow = () => void look();
  lookNow();

  return {
    followers: 0,
    lookNow,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
    next(number, ms, signal) {
      if (newest.number > number) return Promise.resolve(newest);
      if (signal.aborted) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        const done = (sighting: Sighting | undefined) => {
          waiting.delete(wake);
          clearTimeout(patience);
          signal.removeEventListener('abort', giveUp);
          resolve(sighting);
        };
        const wake = () => done(newest);
        const giveUp = () => done(undefined);
        const patience = setTimeout(giveUp, ms);
        signal.addEventListener('abort', giveUp, { once: true });
        waiting.add(wake);
      });
    },
  };
}

/** Equal when a follower would be told nothing new. */
function fingerprintOf(snapshot: UploadSnapshot | undefined): string {
  if (snapshot === undefined) return '';
  const { upload, files, arrived } = snapshot;
  return JSON.stringify([
    shownState(upload, files),
    upload.refusal,
    files.map((file) => [file.state, percentOf(file, arrived)]),
  ]);
}
