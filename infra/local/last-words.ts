import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const TAIL_BYTES = 16_384;

/** What a log says last about why its service ended, as the end of a sentence; empty when it says nothing. */
export function lastWords(logFile: string): string {
  const lines = tail(logFile).trim().split('\n').slice(-40).reverse();
  for (const line of lines) {
    const reason = fatalLine(line);
    if (reason !== undefined) return ` (${reason})`;
  }
  const uncaught = lines.find((line) => /^\w*Error\b.*: /.test(line));
  return uncaught === undefined ? '' : ` (${uncaught})`;
}

function fatalLine(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry = JSON.parse(line) as { level?: unknown; msg?: unknown; err?: { message?: unknown } };
    if (entry.level !== 'fatal') return undefined;
    return [entry.msg, entry.err?.message].filter((part) => typeof part === 'string').join(': ');
  } catch {
    return undefined;
  }
}

function tail(file: string): string {
  const fd = openSync(file, 'r');
  try {
    const { size } = fstatSync(fd);
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(fd, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8');
  } finally {
    closeSync(fd);
  }
}
