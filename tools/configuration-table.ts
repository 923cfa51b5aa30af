import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CONFIGURATION_PAGE, configurationPage } from './docs/configuration-page.ts';

// Writes docs/configuration.md from the services' config shapes; `--check` only says whether it is stale.
const root = fileURLToPath(new URL('..', import.meta.url));
const file = path.join(root, CONFIGURATION_PAGE);
const page = await configurationPage(root);
if (process.argv.includes('--check')) {
  const current = await readFile(file, 'utf8').catch(() => '');
  if (current !== page) {
    console.error(`${CONFIGURATION_PAGE} is stale; run: node tools/configuration-table.ts`);
    process.exitCode = 1;
  }
} else {
  await writeFile(file, page);
  console.log(`wrote ${CONFIGURATION_PAGE}`);
}
