import { fileURLToPath } from 'node:url';
import { METRICS } from '@cairn/shared/telemetry/metric-catalogue';
import { createMetrics } from '@cairn/shared/telemetry/metrics';
import { compareMetrics, OPERATIONS_PAGE } from './docs/compare-metrics.ts';
import { parseMarkdown } from './docs/parse-markdown.ts';
import { CONFIGURATION_PAGE, configurationPage } from './docs/configuration-page.ts';
import { findBrokenReferences } from './docs/find-broken-references.ts';
import { readRepository } from './docs/repository.ts';

// `npm run check:docs`: documents against the tree. Every path, npm script, variable and link that README,
// ARCHITECTURE and docs/ name must exist, the table of variables must be the one that the code gives, and the
// metrics that docs/operations.md describes those that the processes have.
const root = fileURLToPath(new URL('..', import.meta.url));
const repository = readRepository(root);
const broken = findBrokenReferences(repository);
for (const { file, line, text, reason } of broken) console.error(`${file}:${line}: \`${text}\`: ${reason}`);

const page = await configurationPage(root);
const stale = !repository.files.has(CONFIGURATION_PAGE) || repository.read(CONFIGURATION_PAGE) !== page;
if (stale) console.error(`${CONFIGURATION_PAGE}: stale; run: node tools/configuration-table.ts`);

const ofProcess = [...(await createMetrics({ ofProcess: true }).text()).matchAll(/^# TYPE (\w+)/gm)];
const metrics = compareMetrics(
  parseMarkdown(repository.read(OPERATIONS_PAGE)).mentions.map(({ text }) => text),
  [...Object.keys(METRICS), ...ofProcess.map(([, name = '']) => name)],
);
for (const each of metrics) console.error(`${OPERATIONS_PAGE}: ${each}`);

if (broken.length > 0 || stale || metrics.length > 0) process.exitCode = 1;
else console.log('documents and tree agree');
