import { afterAll, expect, it } from 'vitest';
import { HOSTILE_FILES, type HostileFile } from './support/hostile-files.ts';
import { aStoredFile, inspectorWith } from './support/inspecting.ts';

// All of them, each within two seconds: hostile-files.long.test.ts. Here a busy machine has more patience.
const inspector = inspectorWith({ processes: 2, timeoutMs: 15_000, stallMs: 15_000 });
afterAll(() => inspector.close());
const signal = new AbortController().signal;

/** One for each reason, the first. */
const oneOfEach = (files: readonly HostileFile[]): HostileFile[] =>
  files.filter(({ code }, i) => files.findIndex((other) => other.code === code) === i);

it.each(Object.entries(HOSTILE_FILES))(
  'I8: one hostile %s for each reason is refused with it by the real child',
  async (_kind, files) => {
    const chosen = oneOfEach(files);
    const said = await Promise.all(
      chosen.map(async ({ path, bytes }) => {
        const finding = await inspector.inspect(aStoredFile(bytes(), { path }), signal);
        return finding.outcome === 'accepted' ? 'accepted' : finding.refusal.code;
      }),
    );
    expect(said).toEqual(chosen.map(({ code }) => code));
  },
);
