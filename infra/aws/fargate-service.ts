import { Aws } from 'aws-cdk-lib';
import { CfnService, CfnTaskDefinition, type CfnCluster } from 'aws-cdk-lib/aws-ecs';
import { CfnListener, CfnListenerRule, CfnTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { ServiceName } from '../resource-types.ts';
import { API_STAGE } from './api-stage.ts';
import { SERVICES } from './deployment.ts';
import { logGroupName } from './execution-role.ts';
import { PREFIX } from './names.ts';
import type { NetworkStack } from './network-stack.ts';
import { scaling } from './scaling.ts';
import { SERVICE_PORT } from './security-groups.ts';
import { serviceAlarms } from './service-alarms.ts';

const LOG_DAYS = 30;
/** More than the services' own deadline for draining. */
const STOP_SECONDS = 60;

export interface FargateServiceProps {
  readonly network: NetworkStack;
  readonly cluster: CfnCluster;
  readonly imageTag: string;
  readonly executionRole: CfnRole;
  readonly taskRole: CfnRole;
  readonly environment: Readonly<Record<string, string>>;
}

export function fargateService(scope: Construct, name: ServiceName, props: FargateServiceProps): void {
  const { network, cluster } = props;
  const targets = targetGroup(scope, name, network);
  const listener = listen(scope, name, network, targets);
  const service = new CfnService(scope, `${name}Service`, {
    serviceName: name,
    cluster: cluster.ref,
    taskDefinition: taskDefinition(scope, name, props).ref,
    launchType: 'FARGATE',
    // New tasks are ready before old ones go; one that never becomes ready brings the old version back.
    deploymentConfiguration: {
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    },
    // A catalog reads its snapshot first.
    healthCheckGracePeriodSeconds: 120,
    networkConfiguration: {
      awsvpcConfiguration: {
        assignPublicIp: 'DISABLED',
        subnets: [...network.subnetIds],
        securityGroups: [network.groups.services.attrGroupId],
      },
    },
    loadBalancers: [{ containerName: name, containerPort: SERVICE_PORT, targetGroupArn: targets.ref }],
    propagateTags: 'SERVICE',
  });
  service.addResourceDependency(listener);
  scaling(scope, name, { cluster, service, loadBalancer: network.loadBalancer, targets });
  serviceAlarms(scope, name, { loadBalancer: network.loadBalancer, targets });
}

function taskDefinition(scope: Construct, name: ServiceName, props: FargateServiceProps): CfnTaskDefinition {
  const { cpuUnits, memoryMib } = SERVICES[name];
  const logs = new CfnLogGroup(scope, `${name}Logs`, {
    logGroupName: logGroupName(name),
    retentionInDays: LOG_DAYS,
  });
  return new CfnTaskDefinition(scope, `${name}Task`, {
    family: `${PREFIX}-${name}`,
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    cpu: String(cpuUnits),
    memory: String(memoryMib),
    runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
    executionRoleArn: props.executionRole.attrArn,
    taskRoleArn: props.taskRole.attrArn,
    // Empty at every start; Fargate has no tmpfs.
    volumes: [{ name: 'tmp' }],
    containerDefinitions: [
      {
        name,
        image: `${Aws.ACCOUNT_ID}.dkr.ecr.${Aws.REGION}.${Aws.URL_SUFFIX}/${PREFIX}/${name}:${props.imageTag}`,
        essential: true,
        readonlyRootFilesystem: true,
        user: 'node',
        linuxParameters: { capabilities: { drop: ['ALL'] } },
        mountPoints: [{ sourceVolume: 'tmp', containerPath: '/tmp', readOnly: false }],
        portMappings: [{ containerPort: SERVICE_PORT }],
        stopTimeout: STOP_SECONDS,
        environment: Object.entries(props.environment).map(([key, value]) => ({ name: key, value })),
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': logs.ref,
            'awslogs-region': Aws.REGION,
            'awslogs-stream-prefix': name,
            // A full buffer loses lines instead of stopping the service.
            mode: 'non-blocking',
            'max-buffer-size': '4m',
          },
        },
      },
    ],
  });
}

function targetGroup(scope: Construct, name: ServiceName, network: NetworkStack): CfnTargetGroup {
  return new CfnTargetGroup(scope, `${name}Targets`, {
    vpcId: network.vpc.ref,
    targetType: 'ip',
    protocol: 'HTTP',
    port: SERVICE_PORT,
    healthCheckPath: '/readyz',
    healthCheckIntervalSeconds: 10,
    healthCheckTimeoutSeconds: 5,
    healthyThresholdCount: 2,
    unhealthyThresholdCount: 2,
    matcher: { httpCode: '200' },
    targetGroupAttributes: [
      { key: 'deregistration_delay.timeout_seconds', value: '30' },
      { key: 'load_balancing.algorithm.type', value: 'least_outstanding_requests' },
    ],
  });
}

/**
 * A port of its own at the load balancer. A private integration of API Gateway puts the stage before the path:
 * it is taken off again, and a path that comes without it is taken as it is.
 */
function listen(
  scope: Construct,
  name: ServiceName,
  network: NetworkStack,
  targets: CfnTargetGroup,
): CfnListener {
  const forward = [{ type: 'forward', targetGroupArn: targets.ref }];
  const listener = new CfnListener(scope, `${name}Listener`, {
    loadBalancerArn: network.loadBalancer.ref,
    port: SERVICES[name].listenerPort,
    protocol: 'HTTP',
    defaultActions: forward,
  });
  new CfnListenerRule(scope, `${name}WithoutStage`, {
    listenerArn: listener.ref,
    priority: 1,
    conditions: [{ field: 'path-pattern', pathPatternConfig: { values: [`/${API_STAGE}/*`] } }],
    transforms: [
      {
        type: 'url-rewrite',
        urlRewriteConfig: { rewrites: [{ regex: `^/${API_STAGE}(/.*)$`, replace: '$1' }] },
      },
    ],
    actions: forward,
  });
  return listener;
}
