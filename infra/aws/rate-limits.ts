import { gatewayConfig } from '@cairn/gateway/src/config.ts';
import { FORWARDED_METHODS, type RateLimitClass } from '@cairn/gateway/src/routing-table.ts';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import { API_ROUTES, type ApiRoute } from './api-routes.ts';
import { API_STAGE } from './api-stage.ts';
import { PREFIX } from './names.ts';

const WINDOW_SECONDS = 60;

type Statement = CfnWebACL.StatementProperty;

/** The limits of the gateway, a client address each: the same numbers, counted by the firewall. */
const LIMITS = {
  registration: gatewayConfig.RATE_LIMIT_REGISTRATION,
  sign_in: gatewayConfig.RATE_LIMIT_SIGN_IN,
  upload: gatewayConfig.RATE_LIMIT_UPLOAD,
  general: gatewayConfig.RATE_LIMIT_GENERAL,
} as const;

/** Refuses whoever asks too often; what is refused is told by the gateway response `WAF_FILTERED`. */
export function rateLimits(scope: Construct): CfnWebACL {
  const visibility = (metricName: string) => ({
    cloudWatchMetricsEnabled: true,
    metricName,
    sampledRequestsEnabled: false,
  });
  return new CfnWebACL(scope, 'RateLimits', {
    name: `${PREFIX}-rate-limits`,
    scope: 'REGIONAL',
    defaultAction: { allow: {} },
    visibilityConfig: visibility(`${PREFIX}-all`),
    rules: Object.entries(LIMITS).map(([name, schema], priority) => {
      const limit = schema.parse(undefined);
      if (limit === undefined) throw new Error(`the limit ${name} is off`);
      return {
        name,
        priority,
        action: { block: {} },
        visibilityConfig: visibility(`${PREFIX}-${name}`),
        statement: {
          rateBasedStatement: {
            aggregateKeyType: 'IP',
            evaluationWindowSec: WINDOW_SECONDS,
            limit: Math.ceil((limit.requests * WINDOW_SECONDS) / limit.windowSeconds),
            ...(name === 'general' ? {} : { scopeDownStatement: requestsOf(name as RateLimitClass) }),
          },
        },
      };
    }),
  });
}

/** The requests of a class: a path of one of its rows, with one of the methods that count there. */
function requestsOf(name: RateLimitClass): Statement {
  const rows = API_ROUTES.map((route) => ({ route, methods: methodsOf(route, name) }));
  const statements = rows
    .filter(({ methods }) => methods.length > 0)
    .map(({ route, methods }): Statement => {
      const path = match('uriPath', pathExpression(route.path));
      if (methods.length === FORWARDED_METHODS.length) return path;
      return { andStatement: { statements: [path, match('method', `^(${methods.join('|')})$`)] } };
    });
  const [only] = statements;
  if (only === undefined) throw new Error(`no route counts against ${name}`);
  return statements.length === 1 ? only : { orStatement: { statements } };
}

function methodsOf({ rateLimit, rateLimitOf = {} }: ApiRoute, name: RateLimitClass): string[] {
  return FORWARDED_METHODS.filter((method) => (rateLimitOf[method] ?? rateLimit) === name);
}

function match(part: 'uriPath' | 'method', regexString: string): Statement {
  return {
    regexMatchStatement: {
      fieldToMatch: { [part]: {} },
      regexString,
      textTransformations: [{ priority: 0, type: 'NONE' }],
    },
  };
}

/** With the stage before it or without, and with a slash at the end or without. */
export function pathExpression(path: string): string {
  const segments = path.split('/').map((segment) => {
    if (segment === '{proxy+}') return '.+';
    return segment.startsWith('{') ? '[^/]+' : segment.replaceAll('.', String.raw`\.`);
  });
  return `^(/${API_STAGE})?${segments.join('/')}/?$`;
}
