import { routeMatcher } from '@cairn/gateway/src/domain/match-route.ts';
import { FORWARDED_METHODS, ROUTES, type Route } from '@cairn/gateway/src/routing-table.ts';
import { PROBLEMS } from '@cairn/shared/errors/problems';
import { describe, expect, it } from 'vitest';
import { resources, text } from '../testing/templates.ts';
import { SERVICES } from './deployment.ts';
import { pathExpression } from './rate-limits.ts';

const API = 'cairn-api';

/** Full paths of the API's resources by their ids. */
const paths = new Map<string, string>();
for (const [id, { Properties }] of resources('AWS::ApiGateway::Resource', API)) {
  const parent = (Properties.ParentId.Ref as string | undefined) ?? '';
  paths.set(id, `${paths.get(parent) ?? ''}/${Properties.PathPart}`);
}
const methods = new Map(
  resources('AWS::ApiGateway::Method', API).map(([, { Properties }]) => [
    paths.get(Properties.ResourceId.Ref as string) ?? '/',
    Properties,
  ]),
);

describe('the API', () => {
  it('has every route of the routing table and the two of the gateway itself, and nothing else', () => {
    expect([...methods.keys()].sort()).toEqual(
      [...ROUTES.map(({ path }) => path as string), '/', '/openapi.json'].sort(),
    );
  });

  it.each(ROUTES.map((route: Route) => [route.path, route] as const))(
    '%s goes to its service as it is, without an authorizer, in its time',
    (path, route) => {
      const { Integration: to, ...method } = methods.get(path);
      expect(method).toMatchObject({ HttpMethod: 'ANY', AuthorizationType: 'NONE', ApiKeyRequired: false });
      expect(text(to.Uri).replace(/^http:\/\/.*?(:\d+)/, '$1')).toBe(
        `:${SERVICES[route.service].listenerPort}${path.replace('+}', '}')}`,
      );
      expect(to).toMatchObject({
        Type: 'HTTP_PROXY',
        ConnectionType: 'VPC_LINK',
        IntegrationHttpMethod: 'ANY',
        TimeoutInMillis: route.streamMs ?? route.timeoutMs,
        ResponseTransferMode: route.streamMs === undefined ? 'BUFFERED' : 'STREAM',
      });
      for (const [, name] of path.matchAll(/\{([a-z_]+)\+?\}/g)) {
        expect(method.RequestParameters[`method.request.path.${name}`]).toBe(true);
        expect(to.RequestParameters[`integration.request.path.${name}`]).toBe(`method.request.path.${name}`);
      }
    },
  );

  it('waits no longer than API Gateway can', () => {
    for (const { Integration: to } of methods.values()) {
      const longest = to.ResponseTransferMode === 'STREAM' ? 15 * 60_000 : 29_000;
      expect(to.TimeoutInMillis).toBeLessThanOrEqual(longest);
    }
  });

  it('answers for itself with problems that the services use as well', () => {
    const answers = resources('AWS::ApiGateway::GatewayResponse', API).map(([, each]) => each.Properties);
    const types = answers.map(({ ResponseType }) => ResponseType);
    expect(types).toEqual(
      expect.arrayContaining(['DEFAULT_4XX', 'DEFAULT_5XX', 'THROTTLED', 'WAF_FILTERED']),
    );
    for (const { StatusCode, ResponseParameters, ResponseTemplates } of answers) {
      const body = JSON.parse(ResponseTemplates['application/json']);
      expect(body.request_id).toBe('$context.requestId');
      expect(body.status).toBe(PROBLEMS[body.code as keyof typeof PROBLEMS].status);
      expect(StatusCode).toBe(String(body.status));
      expect(ResponseParameters['gatewayresponse.header.Content-Type']).toBe("'application/problem+json'");
    }
  });

  it('is deployed anew when a method or an answer changes', () => {
    const [[id, deployment] = []] = resources('AWS::ApiGateway::Deployment', API);
    expect(id).toMatch(/^Deployment[0-9a-f]{10}$/);
    const needed = ['Method', 'GatewayResponse'].flatMap((type) =>
      resources(`AWS::ApiGateway::${type}`, API).map(([each]) => each),
    );
    expect([...(deployment?.DependsOn ?? [])].sort()).toEqual(needed.sort());
  });

  it('has one address, and writes no query, address or body into its log', () => {
    const [[, api] = []] = resources('AWS::ApiGateway::RestApi', API);
    expect(api?.Properties.DisableExecuteApiEndpoint).toBe(true);
    const [[, stage] = []] = resources('AWS::ApiGateway::Stage', API);
    expect(stage?.Properties.AccessLogSetting.Format).not.toMatch(
      /querystring|sourceIp|authorizer|identity/i,
    );
    expect(stage?.Properties.MethodSettings).toMatchObject([{ DataTraceEnabled: false }]);
  });
});

describe('the limits on how often one may ask', () => {
  const [[, acl] = []] = resources('AWS::WAFv2::WebACL', API);
  const rules: any[] = acl?.Properties.Rules ?? [];

  it('are those of the gateway, counted by a minute and address', () => {
    const limits = rules.map(({ Name, Statement: { RateBasedStatement: each } }) => [
      Name,
      each.Limit,
      each.EvaluationWindowSec,
      each.AggregateKeyType,
    ]);
    expect(limits).toEqual([
      ['registration', 10, 60, 'IP'],
      ['sign_in', 30, 60, 'IP'],
      ['upload', 60, 60, 'IP'],
      ['general', 12_000, 60, 'IP'],
    ]);
  });

  it.each([
    ['registration', 'POST', '/v1/users'],
    ['sign_in', 'GET', '/v1/users/login'],
    ['sign_in', 'POST', '/v1/sessions'],
    ['sign_in', 'DELETE', '/v1/users/me'],
    ['upload', 'POST', '/v1/uploads'],
  ])('%s counts %s %s and not the reading of assets', (name, method, path) => {
    const { Statement: statement } = rules.find((rule) => rule.Name === name);
    const scope = statement.RateBasedStatement.ScopeDownStatement;
    expect(matches(scope, method, path)).toBe(true);
    expect(matches(scope, method, `/live${path}/`)).toBe(true);
    expect(matches(scope, 'GET', '/v1/assets')).toBe(false);
    expect(matches(scope, 'GET', '/v1/users/me')).toBe(false);
  });

  it('know the paths that the gateway knows', () => {
    const match = routeMatcher(ROUTES);
    for (const { path } of ROUTES) {
      const concrete = path.replaceAll(/\{[^}]+\}/g, 'x');
      expect(match(concrete)?.path).toBe(path);
      expect(concrete).toMatch(new RegExp(pathExpression(path)));
    }
  });
  function matches(statement: any, method: string, path: string): boolean {
    const { OrStatement, AndStatement, RegexMatchStatement } = statement;
    if (OrStatement) return OrStatement.Statements.some((each: object) => matches(each, method, path));
    if (AndStatement) return AndStatement.Statements.every((each: object) => matches(each, method, path));
    const { FieldToMatch, RegexString } = RegexMatchStatement;
    return new RegExp(RegexString).test('Method' in FieldToMatch ? method : path);
  }
});

it('forwards the methods that API Gateway means by ANY', () => {
  expect([...FORWARDED_METHODS].sort()).toEqual(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);
});
