import { Aws, CfnParameter, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnCluster } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import type { ServiceName } from '../resource-types.ts';
import { SERVICES } from './deployment.ts';
import { executionRole } from './execution-role.ts';
import { fargateService } from './fargate-service.ts';
import type { NetworkStack } from './network-stack.ts';
import { awsServiceEnvironment } from './service-environment.ts';
import { taskRole } from './task-role.ts';

export interface ServicesStackProps extends StackProps {
  readonly network: NetworkStack;
}

/** One Fargate service for each of ours, behind the internal load balancer, each with a role of its own. */
export class ServicesStack extends Stack {
  constructor(scope: Construct, id: string, { network, ...props }: ServicesStackProps) {
    super(scope, id, props);
    const text = (name: string, description: string) =>
      new CfnParameter(this, name, { type: 'String', description, allowedPattern: '.+' }).valueAsString;
    const imageTag = text('ImageTag', 'Tag of the images to run, the same in all repositories');
    const domainName = text(
      'DomainName',
      'Domain of the API, such as api.store.example: the issuer of tokens',
    );
    const mediaUrl = text('MediaUrl', 'Output MediaUrl of the stack cairn-media');

    const cluster = new CfnCluster(this, 'Cluster', {
      clusterName: 'cairn',
      clusterSettings: [{ name: 'containerInsights', value: 'enabled' }],
    });
    const addresses = {
      domainName,
      mediaUrl,
      region: Aws.REGION,
      loadBalancer: network.loadBalancer.attrDnsName,
    };
    for (const name of Object.keys(SERVICES) as ServiceName[]) {
      fargateService(this, name, {
        network,
        cluster,
        imageTag,
        executionRole: executionRole(this, name),
        taskRole: taskRole(this, name),
        environment: awsServiceEnvironment(name, addresses),
      });
    }
  }
}
