import { Aws } from 'aws-cdk-lib';
import { CfnVPCEndpoint, type CfnRouteTable, type CfnVPC } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { BucketResource, TableResource } from '../resource-types.ts';
import { buckets, tables } from '../resources.ts';
import { bucketArn, tableArn } from './names.ts';

/** Services of AWS with an address of their own in the network; each costs by the hour and zone. */
const INTERFACES = ['sqs', 'sns', 'secretsmanager', 'logs', 'ecr.api', 'ecr.dkr'] as const;

/** To S3 and DynamoDB only as far as this store goes; what each service may do there its own role says. */
export function vpcEndpoints(
  scope: Construct,
  at: { vpc: CfnVPC; routes: CfnRouteTable; subnetIds: readonly string[]; groupId: string },
): void {
  const through = (id: string, service: 's3' | 'dynamodb', resources: readonly string[]) =>
    new CfnVPCEndpoint(scope, id, {
      vpcId: at.vpc.ref,
      vpcEndpointType: 'Gateway',
      serviceName: `com.amazonaws.${Aws.REGION}.${service}`,
      routeTableIds: [at.routes.ref],
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: '*', Action: `${service}:*`, Resource: resources }],
      },
    });
  through('S3', 's3', [
    ...Object.values<BucketResource>(buckets).flatMap((each) => [bucketArn(each), `${bucketArn(each)}/*`]),
    // Where ECR keeps the layers of images.
    `arn:${Aws.PARTITION}:s3:::prod-${Aws.REGION}-starport-layer-bucket/*`,
  ]);
  through(
    'DynamoDb',
    'dynamodb',
    Object.values<TableResource>(tables).flatMap(({ name }) => [tableArn(name), `${tableArn(name)}/index/*`]),
  );
  for (const service of INTERFACES) {
    new CfnVPCEndpoint(scope, `To${service.replace('.', '')}`, {
      vpcId: at.vpc.ref,
      vpcEndpointType: 'Interface',
      serviceName: `com.amazonaws.${Aws.REGION}.${service}`,
      subnetIds: [...at.subnetIds],
      securityGroupIds: [at.groupId],
      privateDnsEnabled: true,
    });
  }
}
