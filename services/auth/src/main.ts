import { parseConfig } from '@cairn/shared/config/parse-config';
import { runService } from '@cairn/shared/lifecycle/run-service';
import { composeAuth } from './compose.ts';
import { authConfig } from './config.ts';

const config = parseConfig(authConfig, process.env);

await runService({
  service: 'auth',
  config,
  compose: (logger, metrics) => composeAuth({ config, logger, metrics }),
});
