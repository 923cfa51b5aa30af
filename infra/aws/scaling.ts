import { CfnScalableTarget, CfnScalingPolicy } from 'aws-cdk-lib/aws-applicationautoscaling';
import type { CfnCluster, CfnService } from 'aws-cdk-lib/aws-ecs';
import type { CfnLoadBalancer, CfnTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { ServiceName } from '../resource-types.ts';
import { queues, type QueueName } from '../resources.ts';
import { CPU_TARGET_PERCENT, SERVICES } from './deployment.ts';

const OUT_SECONDS = 60;
const IN_SECONDS = 300;

type Tracking = CfnScalingPolicy.TargetTrackingScalingPolicyConfigurationProperty;

/**
 * Target tracking throughout: tasks are added as soon as one target is passed, and taken away when none needs
 * them, so that an idle processor takes nothing away while a queue is still waiting.
 */
export function scaling(
  scope: Construct,
  name: ServiceName,
  of: {
    cluster: CfnCluster;
    service: CfnService;
    loadBalancer: CfnLoadBalancer;
    targets: CfnTargetGroup;
  },
): void {
  const { tasks, requestsPerSecond, queueAge = {} } = SERVICES[name];
  const target = new CfnScalableTarget(scope, `${name}Scaling`, {
    serviceNamespace: 'ecs',
    scalableDimension: 'ecs:service:DesiredCount',
    resourceId: `service/${of.cluster.ref}/${of.service.attrName}`,
    minCapacity: tasks.min,
    maxCapacity: tasks.max,
  });
  const track = (what: string, configuration: Tracking) =>
    new CfnScalingPolicy(scope, `${name}By${what}`, {
      policyName: `${name}-by-${what}`,
      policyType: 'TargetTrackingScaling',
      scalingTargetId: target.ref,
      targetTrackingScalingPolicyConfiguration: {
        scaleOutCooldown: OUT_SECONDS,
        scaleInCooldown: IN_SECONDS,
        ...configuration,
      },
    });

  track('Processor', {
    targetValue: CPU_TARGET_PERCENT,
    predefinedMetricSpecification: { predefinedMetricType: 'ECSServiceAverageCPUUtilization' },
  });
  if (requestsPerSecond !== undefined) {
    track('Requests', {
      // Its unit is requests a minute.
      targetValue: requestsPerSecond * 60,
      predefinedMetricSpecification: {
        predefinedMetricType: 'ALBRequestCountPerTarget',
        resourceLabel: `${of.loadBalancer.attrLoadBalancerFullName}/${of.targets.attrTargetGroupFullName}`,
      },
    });
  }
  for (const [queue, seconds] of Object.entries(queueAge) as [QueueName, number][]) {
    track(`AgeOf${queue}`, {
      targetValue: seconds,
      customizedMetricSpecification: ageOf(queues[queue].name),
    });
  }
}

/** Without a message there is no age: that counts as none, or nothing would ever be taken away again. */
function ageOf(queueName: string): CfnScalingPolicy.CustomizedMetricSpecificationProperty {
  return {
    metrics: [
      {
        id: 'age',
        returnData: false,
        metricStat: {
          metric: {
            namespace: 'AWS/SQS',
            metricName: 'ApproximateAgeOfOldestMessage',
            dimensions: [{ name: 'QueueName', value: queueName }],
          },
          stat: 'Maximum',
        },
      },
      { id: 'waiting', expression: 'FILL(age, 0)', returnData: true },
    ],
  };
}
