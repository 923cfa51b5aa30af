import type { WorkerSlots } from './worker-slots.ts';

/** Whether a file of this user that has just arrived may wait here; otherwise it is sidelined. */
export type FairShare = (userId: string) => boolean;

export interface FairShareOptions {
  slots: Pick<WorkerSlots, 'held'>;
  /** How many arrived files are held at once, of all users. */
  room: number;
  now: () => Date;
}

/** Files of one user that wait or are worked on as arrivals; while the room is half full, only one. */
const ALLOWANCE = 8;
/** Files of one user within the window, after which all further ones are sidelined. */
const RECENT_FILES = 50;
const RECENT_MS = 60_000;
const MOST_USERS = 10_000;

/**
 * The rule of the hot queue: it is for those who have few files, and stays short for them. What is known here
 * is this process's own and approximate; whoever starts without it only admits a few files more.
 */
export function fairShare({ slots, room, now }: FairShareOptions): FairShare {
  const windows = new Map<string, { until: number; files: number }>();

  function recentFiles(userId: string): number {
    const at = now().getTime();
    const known = windows.get(userId);
    const window = known !== undefined && known.until > at ? known : { until: at + RECENT_MS, files: 0 };
    window.files += 1;
    windows.delete(userId);
    windows.set(userId, window);
    if (windows.size > MOST_USERS) {
      const [longestQuiet] = windows.keys();
      if (longestQuiet !== undefined) windows.delete(longestQuiet);
    }
    return window.files;
  }

  return (userId) => {
    const allowance = slots.held('arrivals') < room / 2 ? ALLOWANCE : 1;
    return recentFiles(userId) <= RECENT_FILES && slots.held('arrivals', userId) < allowance;
  };
}
