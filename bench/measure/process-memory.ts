import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessMemory {
  /** Resident set of the process alone, in bytes; throws when it has ended. */
  readonly ownBytes: number;
  /** Those of its children together. */
  readonly childrenBytes: number;
}

/**
 * Linux tells it in /proc for a few microseconds a reading; elsewhere `ps` does, whose own work burdens what
 * is measured, so that a figure from there is worth less.
 */
export function readMemory(pid: number): ProcessMemory {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

function fromProc(pid: number): ProcessMemory {
  // Node starts its children from the main thread.
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  const sizes = children.map((child) => {
    try {
      return residentBytes(child);
    } catch {
      return 0;
    }
  });
  return { ownBytes: residentBytes(pid), childrenBytes: sum(sizes) };
}

function residentBytes(pid: number | string): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kib === undefined) throw new Error('the process has ended');
  return Number(kib) * 1024;
}

function fromPs(pid: number): ProcessMemory {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss='], { encoding: 'utf8' }).trim().split('\n');
  const rows = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const own = rows.find(([id]) => id === pid);
  if (own === undefined) throw new Error('the process has ended');
  const children = rows.filter(([, parent]) => parent === pid);
  const bytes = ([, , kib = 0]: readonly number[]) => kib * 1024;
  return { ownBytes: bytes(own), childrenBytes: sum(children.map(bytes)) };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
