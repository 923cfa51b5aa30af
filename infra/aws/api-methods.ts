import { CfnMethod, CfnResource, type CfnRestApi } from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import type { ApiRoute } from './api-routes.ts';
import { SERVICES } from './deployment.ts';

export interface PrivateLink {
  readonly vpcLinkId: string;
  readonly loadBalancerArn: string;
  readonly loadBalancerName: string;
}

/** One resource a path segment, one method `ANY` a row: its service says which methods there are. */
export function apiMethods(
  scope: Construct,
  api: CfnRestApi,
  routes: readonly ApiRoute[],
  link: PrivateLink,
): CfnMethod[] {
  const resources = new Map<string, string>([['', api.attrRootResourceId]]);
  const resourceAt = (path: string): string => {
    const known = resources.get(path);
    if (known !== undefined) return known;
    const cut = path.lastIndexOf('/');
    const { ref } = new CfnResource(scope, `Path${idOf(path)}`, {
      restApiId: api.ref,
      parentId: resourceAt(path.slice(0, cut)),
      pathPart: path.slice(cut + 1),
    });
    resources.set(path, ref);
    return ref;
  };
  return routes.map((route) => method(scope, api, route, resourceAt(route.path.replace(/\/$/, '')), link));
}

function method(
  scope: Construct,
  api: CfnRestApi,
  route: ApiRoute,
  resourceId: string,
  link: PrivateLink,
): CfnMethod {
  const { path, service, timeoutMs, streamMs } = route;
  const names = [...path.matchAll(/\{([a-z_]+)\+?\}/g)].map(([, name]) => name ?? '');
  return new CfnMethod(scope, `Any${idOf(path)}`, {
    restApiId: api.ref,
    resourceId,
    httpMethod: 'ANY',
    // Many routes are public with more for the owner, so the services themselves read the token.
    authorizationType: 'NONE',
    apiKeyRequired: false,
    requestParameters: Object.fromEntries(names.map((name) => [`method.request.path.${name}`, true])),
    integration: {
      type: 'HTTP_PROXY',
      integrationHttpMethod: 'ANY',
      uri: `http://${link.loadBalancerName}:${SERVICES[service].listenerPort}${path.replace('+}', '}')}`,
      connectionType: 'VPC_LINK',
      connectionId: link.vpcLinkId,
      integrationTarget: link.loadBalancerArn,
      passthroughBehavior: 'WHEN_NO_MATCH',
      timeoutInMillis: streamMs ?? timeoutMs,
      responseTransferMode: streamMs === undefined ? 'BUFFERED' : 'STREAM',
      requestParameters: {
        ...Object.fromEntries(
          names.map((name) => [`integration.request.path.${name}`, `method.request.path.${name}`]),
        ),
        // One id from here to the services' logs and back, whatever the client sent.
        'integration.request.header.x-request-id': 'context.requestId',
      },
    },
  });
}

/** `/v1/assets/{proxy+}` becomes `V1AssetsProxy`. */
function idOf(path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('') || 'Root';
}
