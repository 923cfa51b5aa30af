import { Aws } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { ServiceName } from '../resource-types.ts';
import { logGroupArn, PREFIX } from './names.ts';

export const logGroupName = (service: ServiceName): string => `/${PREFIX}/${service}`;

export const FOR_TASKS = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'ecs-tasks.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    },
  ],
};

/** What Fargate itself needs to start a task of this service: its image, and its log. */
export function executionRole(scope: Construct, service: ServiceName): CfnRole {
  return new CfnRole(scope, `${service}ExecutionRole`, {
    assumeRolePolicyDocument: FOR_TASKS,
    description: `Starts tasks of ${service}`,
    policies: [
      {
        policyName: 'start',
        policyDocument: {
          Version: '2012-10-17',
          Statement: [
            // ECR has one token for all repositories of an account, and takes no narrower resource for it.
            { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
            {
              Effect: 'Allow',
              Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
              Resource: `arn:${Aws.PARTITION}:ecr:${Aws.REGION}:${Aws.ACCOUNT_ID}:repository/${PREFIX}/${service}`,
            },
            {
              Effect: 'Allow',
              Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              Resource: logGroupArn(logGroupName(service)),
            },
          ],
        },
      },
    ],
  });
}
