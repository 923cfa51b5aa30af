import {
  CfnSecurityGroup,
  CfnSecurityGroupEgress,
  CfnSecurityGroupIngress,
  type CfnVPC,
} from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { SERVICES } from './deployment.ts';

export const SERVICE_PORT = 8080;
const HTTPS = 443;

export interface SecurityGroups {
  /** API Gateway, on its way to the load balancer. */
  readonly link: CfnSecurityGroup;
  readonly balancer: CfnSecurityGroup;
  readonly services: CfnSecurityGroup;
  /** The endpoints of AWS inside the network. */
  readonly endpoints: CfnSecurityGroup;
}

/** Who may speak to whom: API Gateway and services to the load balancer, it to the services, they to AWS. */
export function securityGroups(scope: Construct, vpc: CfnVPC): SecurityGroups {
  const group = (id: string, groupDescription: string) =>
    new CfnSecurityGroup(scope, id, {
      vpcId: vpc.ref,
      groupDescription,
      // Without any rule of ours AWS would add one that lets everything out.
      securityGroupEgress: [
        { cidrIp: '127.0.0.1/32', ipProtocol: 'icmp', fromPort: 252, toPort: 86, description: 'nothing' },
      ],
    });
  const groups = {
    link: group('LinkGroup', 'API Gateway on its way to the load balancer'),
    balancer: group('BalancerGroup', 'The internal load balancer'),
    services: group('ServiceGroup', 'The services'),
    endpoints: group('EndpointGroup', 'Endpoints of AWS'),
  };
  type Name = keyof SecurityGroups;
  const allow = (from: Name, to: Name, port: number) => {
    const [source, destination] = [groups[from].attrGroupId, groups[to].attrGroupId];
    const what = { ipProtocol: 'tcp', fromPort: port, toPort: port };
    new CfnSecurityGroupIngress(scope, `In${from}${to}${port}`, {
      ...what,
      groupId: destination,
      sourceSecurityGroupId: source,
    });
    new CfnSecurityGroupEgress(scope, `Out${from}${to}${port}`, {
      ...what,
      groupId: source,
      destinationSecurityGroupId: destination,
    });
  };
  for (const { listenerPort } of Object.values(SERVICES)) {
    allow('link', 'balancer', listenerPort);
    allow('services', 'balancer', listenerPort);
  }
  allow('balancer', 'services', SERVICE_PORT);
  allow('services', 'endpoints', HTTPS);
  // S3 and DynamoDB have public addresses, but no route leads there except through their endpoints.
  new CfnSecurityGroupEgress(scope, 'OutServicesGatewayEndpoints', {
    groupId: groups.services.attrGroupId,
    ipProtocol: 'tcp',
    fromPort: HTTPS,
    toPort: HTTPS,
    cidrIp: '0.0.0.0/0',
  });
  return groups;
}
