import { readlinkSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';

/** A third of what a thread of ordinary priority gets where cores are short, all of it where they are not. */
const NICENESS = 5;

/**
 * Lowers the priority of the thread that calls it, and of no other: it then works with what others leave, and a
 * message to it does not push its sender off the core. Only Linux has priorities of threads; elsewhere nothing
 * changes.
 */
export function giveWay(): void {
  let thread: number;
  try {
    thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  } catch {
    return;
  }
  // The main thread has the number of the process.
  if (!Number.isInteger(thread) || thread === process.pid) return;
  setPriority(thread, Math.min(getPriority(process.pid) + NICENESS, constants.priority.PRIORITY_LOW));
}
