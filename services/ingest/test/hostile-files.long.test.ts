import { afterAll, describe, expect, it } from 'vitest';
import { HOSTILE_FILES } from './support/hostile-files.ts';
import { aStoredFile, inspectorWith } from './support/inspecting.ts';

// Two seconds and 512 MB a file: what outlasts them fails its job, and is no refusal.
const inspector = inspectorWith();
afterAll(() => inspector.close());
const signal = new AbortController().signal;

const inspect = (path: string, bytes: Buffer) => inspector.inspect(aStoredFile(bytes, { path }), signal);

describe('I8: in the child, within two seconds and 512 MB, what is hostile is refused with its reason', () => {
  for (const [kind, files] of Object.entries(HOSTILE_FILES)) {
    it.each(files)(`a ${kind} with $what: $code`, async ({ path, code, bytes }) => {
      expect(await inspect(path, bytes())).toMatchObject({ outcome: 'rejected', refusal: { code } });
    });
  }

  const archives = ['zip', 'tar', 'tar.gz'].flatMap((kind) => HOSTILE_FILES[kind] ?? []);
  it.each(archives)('and is not taken for an archive under another name: $what', async ({ bytes }) => {
    const finding = await inspect('a', bytes());
    // What does not begin like an archive is opaque bytes, which nobody opens.
    expect(finding.outcome === 'accepted' ? finding.archive : undefined).toBeUndefined();
  });
});
