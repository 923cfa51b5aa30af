import { parseConfig } from '@cairn/shared/config/parse-config';
import { runService } from '@cairn/shared/lifecycle/run-service';
import { compose } from './compose.ts';
import { configShape } from './config.ts';

const config = parseConfig(configShape, process.env);
await runService({ service: 'ingest', config, compose: (logger) => compose(config, logger) });
