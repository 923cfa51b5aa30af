import { fileURLToPath } from 'node:url';
import { CONFIGURATION_PAGE, configurationPage } from './docs/configuration-page.ts';
import { findBrokenReferences } from './docs/find-broken-references.ts';
import { readRepository } from './docs/repository.ts';

// `npm run check:docs`: documents against the tree. Every path, npm script, variable and link that README,
// ARCHITECTURE and docs/ name must exist, and the table of variables must be the one that the code gives.
const root = fileURLToPath(new URL('..', import.meta.url));
const repository = readRepository(root);
const broken = findBrokenReferences(repository);
for (const { file, line, text, reason } of broken) console.error(`${file}:${line}: \`${text}\`: ${reason}`);

const page = await configurationPage(root);
const stale = !repository.files.has(CONFIGURATION_PAGE) || repository.read(CONFIGURATION_PAGE) !== page;
if (stale) console.error(`${CONFIGURATION_PAGE}: stale; run: node tools/configuration-table.ts`);

if (broken.length > 0 || stale) process.exitCode = 1;
else console.log('documents and tree agree');
