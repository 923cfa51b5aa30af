import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from '@hono/zod-openapi';
import type { FuzzCase } from './fuzz-case.ts';

const description = z.object({
  what: z.string(),
  origin: z.string(),
  role: z.enum(['file', 'picture']),
  path: z.string(),
  declaredType: z.string(),
});

/** Writes the bytes, and beside them what they were declared as; resolves to the file that replays the case. */
export async function keepCase(
  folder: string,
  name: string,
  subject: FuzzCase,
  what: string,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const { bytes, ...rest } = subject;
  const file = path.join(folder, `${name}.json`);
  await writeFile(path.join(folder, `${name}.bin`), bytes);
  await writeFile(file, `${JSON.stringify({ what, ...rest }, undefined, 2)}\n`);
  return file;
}

export async function readCase(file: string): Promise<FuzzCase> {
  const { what: _, ...rest } = description.parse(JSON.parse(await readFile(file, 'utf8')));
  return { ...rest, bytes: await readFile(file.replace(/\.json$/, '.bin')) };
}
