import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * A second process would take the files that the first one is writing for leftovers, and remove them. The lock
 * is SQLite's on an empty file: the operating system lets go of it when the process dies, however it dies,
 * which a file with a process id in it cannot promise.
 */
export function lockDataDir(dir: string): () => void {
  mkdirSync(dir, { recursive: true });
  const database = new DatabaseSync(join(dir, 'lock'));
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    throw new Error(`the data directory of the local S3 is in use by another process: ${dir}`, { cause });
  }
  return () => database.close();
}
