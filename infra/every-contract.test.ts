import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** Contracts of what keeps nothing in AWS. */
const WITHOUT_STORAGE = ['key-store', 'password-hasher', 'search-index', 'search-words'];

it('every contract of a store is run on the emulator as well', () => {
  const suites = readdirSync(new URL('../e2e/containers/', import.meta.url))
    .filter((file) => file.endsWith('-storage.container.test.ts'))
    .map((file) => readFileSync(new URL(`../e2e/containers/${file}`, import.meta.url), 'utf8'))
    .join('\n');
  const contracts = ['auth', 'catalog', 'ingest'].flatMap((service) =>
    readdirSync(new URL(`../services/${service}/src/contracts`, import.meta.url)).map((file) =>
      file.replace('.contract.ts', ''),
    ),
  );
  const missing = contracts.filter((name) => !suites.includes(`/${name}.contract.ts'`));
  expect(missing.sort()).toEqual([...WITHOUT_STORAGE].sort());
});
