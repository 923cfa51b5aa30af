import { randomUUID } from 'node:crypto';
import { link, mkdir, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { KeyStore } from '../domain/ports.ts';
import { generateSigningKeySet, parseSigningKeySet, SigningKeyError } from './signing-key-set.ts';

/** Opens the file of signing keys; makes it on the first start. Rejects with `SigningKeyError` when it is unfit. */
export async function openFileKeyStore(path: string, now: () => Date): Promise<KeyStore> {
  const text = (await readPrivateFile(path)) ?? (await create(path, now));
  return parseSigningKeySet(text);
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

/**
 * Written whole and to disk under another name, then linked, which fails where the file has come to be: a crash
 * leaves no half of a file, and of two processes that start together one's keys win, for both.
 */
async function create(path: string, now: () => Date): Promise<string> {
  const text = `${JSON.stringify(await generateSigningKeySet(now()), null, 2)}\n`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(draft, path);
    await syncFolder(dirname(path));
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const theirs = await readPrivateFile(path);
    if (theirs === undefined) throw error;
    return theirs;
  } finally {
    await unlink(draft).catch(() => undefined);
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
