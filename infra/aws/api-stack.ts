import { createHash } from 'node:crypto';
import { Aws, CfnOutput, CfnParameter, Stack, type StackProps } from 'aws-cdk-lib';
import {
  CfnAccount,
  CfnBasePathMapping,
  CfnDeployment,
  CfnDomainName,
  CfnRestApi,
  CfnStage,
} from 'aws-cdk-lib/aws-apigateway';
import { CfnVpcLink } from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import { alarm } from './alarms.ts';
import { apiMethods } from './api-methods.ts';
import { API_ROUTES } from './api-routes.ts';
import { API_STAGE } from './api-stage.ts';
import { gatewayResponses } from './gateway-responses.ts';
import { PREFIX } from './names.ts';
import type { NetworkStack } from './network-stack.ts';
import { rateLimits } from './rate-limits.ts';

const LOG_DAYS = 30;
/** Of all clients together, above what the services are scaled for. */
const REQUESTS_PER_SECOND = 5_000;
const BURST = 2_500;

/** No query string, which can hold what somebody searched for, and no address. */
const LOG_LINE = JSON.stringify({
  request_id: '$context.requestId',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  duration_ms: '$context.responseLatency',
  service_ms: '$context.integrationLatency',
  failure: '$context.error.responseType',
});

export interface ApiStackProps extends StackProps {
  readonly network: NetworkStack;
}

/** What the gateway is on one machine: the one address, made of the same routing table. */
export class ApiStack extends Stack {
  constructor(scope: Construct, id: string, { network, ...props }: ApiStackProps) {
    super(scope, id, props);
    const link = new CfnVpcLink(this, 'Link', {
      name: PREFIX,
      subnetIds: [...network.subnetIds],
      securityGroupIds: [network.groups.link.attrGroupId],
    });
    const api = new CfnRestApi(this, 'Api', {
      name: PREFIX,
      description: 'Cairn',
      endpointConfiguration: { types: ['REGIONAL'] },
      // There is one address, the one that tokens are issued for.
      disableExecuteApiEndpoint: true,
    });
    const methods = apiMethods(this, api, API_ROUTES, {
      vpcLinkId: link.ref,
      loadBalancerArn: network.loadBalancer.ref,
      loadBalancerName: network.loadBalancer.attrDnsName,
    });
    const answers = gatewayResponses(this, api);

    // A deployment is a picture of the API as it was: any change of it needs a new one.
    const picture = createHash('sha256')
      .update(JSON.stringify([...methods, ...answers].map((each) => this.resolve(each._toCloudFormation()))))
      .digest('hex')
      .slice(0, 10);
    const deployment = new CfnDeployment(this, `Deployment${picture}`, { restApiId: api.ref });
    for (const each of [...methods, ...answers]) deployment.addResourceDependency(each);

    const stage = this.stage(api, deployment);
    new CfnWebACLAssociation(this, 'RateLimitsOfApi', {
      resourceArn: `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}::/restapis/${api.ref}/stages/${stage.ref}`,
      webAclArn: rateLimits(this).attrArn,
    });
    this.domain(api, stage);
    this.alarms();
  }

  private stage(api: CfnRestApi, deployment: CfnDeployment): CfnStage {
    const logs = new CfnLogGroup(this, 'Logs', {
      logGroupName: `/${PREFIX}/api`,
      retentionInDays: LOG_DAYS,
    });
    // One setting for all APIs of an account and region: whom API Gateway writes logs as.
    const account = new CfnAccount(this, 'LogWriter', {
      cloudWatchRoleArn: new CfnRole(this, 'LogWriterRole', {
        assumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'apigateway.amazonaws.com' },
              Action: 'sts:AssumeRole',
            },
          ],
        },
        managedPolicyArns: [
          `arn:${Aws.PARTITION}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs`,
        ],
      }).attrArn,
    });
    const stage = new CfnStage(this, 'Stage', {
      restApiId: api.ref,
      deploymentId: deployment.ref,
      stageName: API_STAGE,
      accessLogSetting: { destinationArn: logs.attrArn, format: LOG_LINE },
      methodSettings: [
        {
          httpMethod: '*',
          resourcePath: '/*',
          throttlingRateLimit: REQUESTS_PER_SECOND,
          throttlingBurstLimit: BURST,
          metricsEnabled: true,
          // Bodies hold passwords.
          dataTraceEnabled: false,
        },
      ],
    });
    stage.addResourceDependency(account);
    return stage;
  }

  private domain(api: CfnRestApi, stage: CfnStage): void {
    const text = (name: string, description: string) =>
      new CfnParameter(this, name, { type: 'String', description, allowedPattern: '.+' }).valueAsString;
    const domain = new CfnDomainName(this, 'Domain', {
      domainName: text('DomainName', 'Domain of the API, as in the stack cairn-services'),
      regionalCertificateArn: text('CertificateArn', 'Its certificate, in ACM of this region'),
      endpointConfiguration: { types: ['REGIONAL'] },
      securityPolicy: 'TLS_1_2',
    });
    new CfnBasePathMapping(this, 'DomainToStage', {
      domainName: domain.ref,
      restApiId: api.ref,
      stage: stage.ref,
    });
    new CfnOutput(this, 'DomainTarget', {
      value: domain.attrRegionalDomainName,
      description: 'What the DNS record of the domain must point to (CNAME, or alias)',
    });
  }

  private alarms(): void {
    const dimensions = [{ name: 'ApiName', value: PREFIX }];
    alarm(this, 'ErrorsAlarm', 'api-errors', {
      alarmDescription: 'More than one in a hundred answers of the API is a 5xx',
      namespace: 'AWS/ApiGateway',
      metricName: '5XXError',
      dimensions,
      statistic: 'Average',
      period: 60,
      evaluationPeriods: 5,
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 0.01,
    });
    alarm(this, 'LatencyAlarm', 'api-latency', {
      alarmDescription: 'The slowest hundredth of answers takes longer than two seconds',
      namespace: 'AWS/ApiGateway',
      metricName: 'IntegrationLatency',
      dimensions,
      extendedStatistic: 'p99',
      period: 300,
      evaluationPeriods: 3,
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 2_000,
    });
  }
}
