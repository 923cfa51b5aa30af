import { parseConfig } from '@cairn/shared/config/parse-config';
import { serve } from '@cairn/shared/http/serve';
import { silentLogger } from '@cairn/shared/logging/logger';
import { composeGateway } from '../src/compose.ts';
import { gatewayConfig } from '../src/config.ts';
import { ROUTES, type Route } from '../src/routing-table.ts';

/** Nothing listens there: connections are refused. */
export const NOWHERE = 'http://127.0.0.1:1';

export interface TestGateway {
  readonly port: number;
  readonly url: string;
  /** As at SIGTERM, with the linger that is given there. */
  stop(lingerMs?: number): Promise<void>;
}

export interface TestGatewayOptions {
  upstreams?: { auth?: string; catalog?: string; ingest?: string };
  env?: Record<string, string>;
  routes?: readonly Route[];
}

export async function startGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const { auth = NOWHERE, catalog = NOWHERE, ingest = NOWHERE } = options.upstreams ?? {};
  const config = parseConfig(gatewayConfig, {
    PORT: '0',
    LOG_LEVEL: 'silent',
    PUBLIC_URL: 'http://api.cairn.test',
    AUTH_URL: auth,
    CATALOG_URL: catalog,
    INGEST_URL: ingest,
    RATE_LIMIT_GENERAL: 'off',
    RATE_LIMIT_REGISTRATION: 'off',
    RATE_LIMIT_SIGN_IN: 'off',
    RATE_LIMIT_UPLOAD: 'off',
    ...options.env,
  });
  const parts = composeGateway(config, silentLogger(), options.routes ?? ROUTES);
  const server = await serve(parts.app.fetch, { host: '127.0.0.1', port: 0 });
  return {
    port: server.port,
    url: `http://127.0.0.1:${server.port}`,
    async stop(lingerMs) {
      parts.stopping?.();
      await server.close(lingerMs);
      for (const phase of parts.shutdown) await phase.run(1_000);
    },
  };
}

/** The table with the timeout of some rows shortened, for services that hang. */
export const hastyRoutes = (timeoutMs: number, paths: readonly string[] = ROUTES.map(({ path }) => path)) =>
  ROUTES.map((route): Route => Object.assign({}, route, paths.includes(route.path) ? { timeoutMs } : {}));

/** The table with room for bodies that the services themselves refuse. */
export const roomyRoutes = (maxBodyBytes: number) =>
  ROUTES.map((route): Route => Object.assign({}, route, { maxBodyBytes }));
