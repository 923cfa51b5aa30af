import { parseConfig } from '@cairn/shared/config/parse-config';
import { runService } from '@cairn/shared/lifecycle/run-service';
import { composeCatalog } from './compose.ts';
import { catalogConfig } from './config.ts';

const config = parseConfig(catalogConfig, process.env);

await runService({
  service: 'catalog',
  config,
  compose: (logger, metrics) => composeCatalog({ config, logger, metrics }),
});
