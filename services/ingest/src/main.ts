import { parseConfig } from '@cairn/shared/config/parse-config';
import { runService } from '@cairn/shared/lifecycle/run-service';
import { composeIngest } from './compose.ts';
import { ingestConfig } from './config.ts';

const config = parseConfig(ingestConfig, process.env);
await runService({
  service: 'ingest',
  config,
  compose: (logger, metrics) => composeIngest({ config, logger, metrics }),
});
