import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SigningKeyStorage } from '../domain/ports.ts';
import { SigningKeyError } from './signing-key-set.ts';

/** A change takes milliseconds; a lock this old belongs to a process that died. */
const STALE_LOCK_MS = 30_000;

const versionOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** One file for its owner alone, written whole: a crash leaves no half of it. */
export function fileKeyStorage(path: string): SigningKeyStorage {
  async function read() {
    const text = await readPrivateFile(path);
    return text === undefined ? undefined : { text, version: versionOf(text) };
  }

  return {
    read,
    async write(text, replacing) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const draft = `${path}.${randomUUID()}`;
      try {
        await writeDraft(draft, text);
        if (replacing === undefined) return await placeFirst(draft, path);
        return await whileLocked(`${path}.lock`, async () => {
          if ((await read())?.version !== replacing) return false;
          await rename(draft, path);
          await syncFolder(dirname(path));
          return true;
        });
      } finally {
        await unlink(draft).catch(() => undefined);
      }
    },
  };
}

/** A link fails where the file has come to be: of two processes that start together one's keys win. */
async function placeFirst(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  await syncFolder(dirname(path));
  return true;
}

async function whileLocked<T>(lock: string, work: () => Promise<T>): Promise<T> {
  const held = await open(lock, 'wx', 0o600).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    const age = Date.now() - (await stat(lock)).mtimeMs;
    if (age < STALE_LOCK_MS) throw new SigningKeyError('the signing keys are being changed: try again');
    await unlink(lock);
    return open(lock, 'wx', 0o600);
  });
  try {
    return await work();
  } finally {
    await held.close();
    await unlink(lock);
  }
}

async function readPrivateFile(path: string): Promise<string | undefined> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    const { mode } = await file.stat();
    if ((mode & 0o077) !== 0) {
      throw new SigningKeyError('the file of signing keys is open to others than its owner (want mode 0600)');
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

async function writeDraft(draft: string, text: string): Promise<void> {
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
