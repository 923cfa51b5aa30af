import type { CfnLoadBalancer, CfnTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { ServiceName } from '../resource-types.ts';
import { alarm } from './alarms.ts';

/** Nobody who is ready, and answers that are our fault. */
export function serviceAlarms(
  scope: Construct,
  name: ServiceName,
  { loadBalancer, targets }: { loadBalancer: CfnLoadBalancer; targets: CfnTargetGroup },
): void {
  const balancer = { name: 'LoadBalancer', value: loadBalancer.attrLoadBalancerFullName };
  const dimensions = [balancer, { name: 'TargetGroup', value: targets.attrTargetGroupFullName }];
  alarm(scope, `${name}NobodyReady`, `${name}-nobody-ready`, {
    alarmDescription: `No task of ${name} is ready`,
    namespace: 'AWS/ApplicationELB',
    metricName: 'HealthyHostCount',
    dimensions,
    statistic: 'Minimum',
    period: 60,
    evaluationPeriods: 2,
    comparisonOperator: 'LessThanThreshold',
    threshold: 1,
    treatMissingData: 'breaching',
  });
  alarm(scope, `${name}Errors`, `${name}-errors`, {
    alarmDescription: `${name} answers 5xx`,
    namespace: 'AWS/ApplicationELB',
    metricName: 'HTTPCode_Target_5XX_Count',
    dimensions,
    statistic: 'Sum',
    period: 60,
    evaluationPeriods: 3,
    comparisonOperator: 'GreaterThanThreshold',
    threshold: 10,
  });
}
