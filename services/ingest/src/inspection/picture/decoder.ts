import sharp from 'sharp';

// CVE-2023-4863 (libwebp) and CVE-2026-114113 are fixed from here on. A libvips of the system could be older.
const OLDEST = { sharp: [0, 35, 0], vips: [8, 18, 3] } as const;
for (const [name, oldest] of Object.entries(OLDEST)) {
  const version = sharp.versions[name as keyof typeof OLDEST] ?? '';
  if (isOlder(version, oldest)) throw new Error(`${name} ${version} has known holes`);
}

// Only these five decoders exist in this process; a name mistyped here fails the test that opens one file
// of every other format.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadPng',
    'VipsForeignLoadJpeg',
    'VipsForeignLoadWebp',
    'VipsForeignLoadHeif',
    'VipsForeignLoadNsgif',
  ],
});
sharp.cache(false);
// There are children for all cores: more threads would only take turns, and hold more memory.
sharp.concurrency(1);

export { sharp };

/** What is no version is older than any. */
export function isOlder(version: string, oldest: readonly number[]): boolean {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10));
  const at = oldest.findIndex((part, i) => parts[i] !== part);
  return at >= 0 && !((parts[at] ?? Number.NaN) > (oldest[at] ?? 0));
}
