import { parseConfig } from '@cairn/shared/config/parse-config';
import { createLogger } from '@cairn/shared/logging/logger';
import { composeCatalog } from '../../src/compose.ts';
import { catalogConfig } from '../../src/config.ts';

// All of the catalog but its port, in a process that a test can kill. What it held comes back soon.
const config = parseConfig(catalogConfig, process.env);
const logger = createLogger('catalog', { level: 'silent' });
const parts = composeCatalog({ config, logger, visibilitySeconds: 20 });
await parts.start?.();
process.stdout.write('started\n');
