import { parseConfig } from '@cairn/shared/config/parse-config';
import { runService } from '@cairn/shared/lifecycle/run-service';
import { composeGateway } from './compose.ts';
import { gatewayConfig } from './config.ts';
import { ROUTES } from './routing-table.ts';

const config = parseConfig(gatewayConfig, process.env);

await runService({
  service: 'gateway',
  config,
  compose: (logger, metrics) => composeGateway(config, logger, ROUTES, metrics),
});
