import { UserError } from './user-error.ts';

const CODES: Readonly<Record<string, string>> = {
  EEXIST: 'a file is in its place',
  ENOTDIR: 'a file is in its place',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the disk is read-only',
  EACCES: 'access is denied',
  EPERM: 'access is denied',
  EIO: 'the disk does not answer',
  LEVEL_CORRUPTION: 'the tables are damaged',
  LEVEL_IO_ERROR: 'the tables cannot be read or written',
  LEVEL_LOCKED: 'the tables are in use by another process',
};

const SQLITE_MESSAGES: readonly (readonly [RegExp, string])[] = [
  [/database or disk is full/, 'the disk is full'],
  [/not a database|malformed/, 'a database is damaged'],
  [/readonly database/, 'the disk is read-only'],
  [/disk I\/O error/, 'a database cannot be read or written'],
];

/**
 * What a full disk or a damaged data folder makes the embedded services throw, as one sentence that says what
 * to do; anything else as it is.
 */
export function dataFault(error: unknown, folder: string): unknown {
  const reason = reasonOf(error);
  if (reason === undefined) return error;
  return new UserError(
    `Cairn cannot use the data in ${folder}: ${reason}. Put that right and start again, or start with another folder (--data).`,
  );
}

function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // The cause first: "failed to open" is around what really happened.
  const deeper = reasonOf(error.cause);
  if (deeper !== undefined) return deeper;
  if (error instanceof SyntaxError && /JSON/.test(error.message)) return 'a file of the store is damaged';
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_SQLITE_ERROR') {
    return SQLITE_MESSAGES.find(([pattern]) => pattern.test(error.message))?.[1];
  }
  return code === undefined ? undefined : CODES[code];
}
