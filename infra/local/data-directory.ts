import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { dataFault } from './data-fault.ts';
import { UserError } from './user-error.ts';

export interface DataDirectory {
  readonly path: string;
  readonly logsPath: string;
  readonly compileCachePath: string;
  readonly signingKeysFile: string;
  /** Path of a new, empty log; the one of the last run is kept beside it as `.1`. */
  newLog(name: string): string;
  release(): void;
}

/** Opens the folder for this process alone; whoever opens it second is told who has it. */
export function openDataDirectory(path: string): DataDirectory {
  const logsPath = join(path, 'logs');
  let lock;
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    mkdirSync(logsPath, { recursive: true });
    lock = takeLock(path);
  } catch (error) {
    throw dataFault(error, path);
  }
  return {
    path,
    logsPath,
    compileCachePath: join(path, 'cache'),
    signingKeysFile: join(path, 'signing-keys.json'),
    newLog(name) {
      const file = join(logsPath, `${name}.log`);
      try {
        renameSync(file, `${file}.1`);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
      writeFileSync(file, '');
      return file;
    },
    release: () => lock.close(),
  };
}

/**
 * SQLite's exclusive lock is the kernel's: it ends with the process, however that ends, so that there is no
 * stale lock to recognise after a kill. The process id beside it is for the message only.
 */
function takeLock(path: string): DatabaseSync {
  const pidFile = join(path, 'pid');
  const lock = new DatabaseSync(join(path, 'lock'));
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!(error instanceof Error && error.message.includes('locked'))) throw error;
    throw new UserError(`The data folder ${path} is in use by process ${readPid(pidFile)}.`);
  }
  writeFileSync(pidFile, String(process.pid));
  return lock;
}

function readPid(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '(unknown)';
  }
}
