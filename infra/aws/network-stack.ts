import { CfnOutput, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnRouteTable, CfnSubnet, CfnSubnetRouteTableAssociation, CfnVPC } from 'aws-cdk-lib/aws-ec2';
import { CfnRepository } from 'aws-cdk-lib/aws-ecr';
import { CfnLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { ServiceName } from '../resource-types.ts';
import { SERVICES } from './deployment.ts';
import { PREFIX } from './names.ts';
import { securityGroups, type SecurityGroups } from './security-groups.ts';
import { vpcEndpoints } from './vpc-endpoints.ts';

const ZONES = 2;
const KEPT_IMAGES = 20;

/**
 * Two zones of private subnets and no way out: the services reach AWS through endpoints, and a file that
 * breaks out of its inspection finds nobody to talk to. Nothing in here has a public address.
 */
export class NetworkStack extends Stack {
  readonly vpc: CfnVPC;
  readonly subnetIds: readonly string[];
  readonly groups: SecurityGroups;
  readonly loadBalancer: CfnLoadBalancer;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    this.vpc = new CfnVPC(this, 'Vpc', {
      cidrBlock: '10.20.0.0/16',
      enableDnsHostnames: true,
      enableDnsSupport: true,
    });
    // No route but the one inside: there is no gateway to the internet and none that translates addresses.
    const routes = new CfnRouteTable(this, 'Routes', { vpcId: this.vpc.ref });
    this.subnetIds = Array.from({ length: ZONES }, (_, zone) => this.subnet(zone, routes));
    this.groups = securityGroups(this, this.vpc);
    vpcEndpoints(this, {
      vpc: this.vpc,
      routes,
      subnetIds: this.subnetIds,
      groupId: this.groups.endpoints.attrGroupId,
    });
    this.loadBalancer = new CfnLoadBalancer(this, 'LoadBalancer', {
      name: PREFIX,
      type: 'application',
      scheme: 'internal',
      subnets: [...this.subnetIds],
      securityGroups: [this.groups.balancer.attrGroupId],
      loadBalancerAttributes: [
        { key: 'routing.http.drop_invalid_header_fields.enabled', value: 'true' },
        { key: 'routing.http.desync_mitigation_mode', value: 'defensive' },
        { key: 'routing.http.xff_header_processing.mode', value: 'append' },
        // Four heartbeats of a stream of events.
        { key: 'idle_timeout.timeout_seconds', value: '60' },
      ],
    });
    for (const name of Object.keys(SERVICES)) this.repository(name as ServiceName);
  }

  private subnet(zone: number, routes: CfnRouteTable): string {
    const made = new CfnSubnet(this, `Subnet${zone + 1}`, {
      vpcId: this.vpc.ref,
      availabilityZone: Fn.select(zone, Fn.getAzs()),
      cidrBlock: `10.20.${zone * 16}.0/20`,
      mapPublicIpOnLaunch: false,
    });
    new CfnSubnetRouteTableAssociation(this, `Subnet${zone + 1}Routes`, {
      subnetId: made.ref,
      routeTableId: routes.ref,
    });
    return made.ref;
  }

  /** Tags never move, so what runs is what was tested; scanned when pushed. */
  private repository(service: ServiceName): void {
    const made = new CfnRepository(this, `${service}Images`, {
      repositoryName: `${PREFIX}/${service}`,
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
      lifecyclePolicy: {
        lifecyclePolicyText: JSON.stringify({
          rules: [
            {
              rulePriority: 1,
              description: `Keep the last ${KEPT_IMAGES}`,
              selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: KEPT_IMAGES },
              action: { type: 'expire' },
            },
          ],
        }),
      },
    });
    new CfnOutput(this, `${service}Repository`, { value: made.attrRepositoryUri });
  }
}
