import { describe, expect, it } from 'vitest';
import { access } from '../access.ts';
import type { ServiceName } from '../resource-types.ts';
import { list, resources, templates, text } from '../testing/templates.ts';
import { allowedActions } from '../testing/allowed-actions.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: object;
}

interface Policy {
  readonly where: string;
  readonly statements: readonly Statement[];
}

/** Every policy of every template: of roles, queues, buckets, topics and endpoints. */
function policies(): Policy[] {
  const found: Policy[] = [];
  for (const [stack, { Resources }] of templates()) {
    for (const [id, { Properties }] of Object.entries(Resources)) visit(Properties, `${stack}/${id}`);
  }
  return found;

  function visit(value: unknown, where: string): void {
    if (typeof value !== 'object' || value === null) return;
    if ('Statement' in value) found.push({ where, statements: list(value.Statement) as Statement[] });
    for (const each of Object.values(value)) visit(each, where);
  }
}

const allowing = policies().flatMap(({ where, statements }) =>
  statements.filter(({ Effect }) => Effect === 'Allow').map((statement) => ({ where, statement })),
);

describe('what is allowed', () => {
  it('is found in all kinds of policies', () => {
    expect(new Set(allowing.map(({ where }) => where.split('/')[0]))).toEqual(
      new Set(['cairn-data', 'cairn-media', 'cairn-network', 'cairn-services', 'cairn-api']),
    );
  });

  it('is named action by action, but for the endpoints of the network, which name every resource', () => {
    const wild = allowing.filter(({ statement }) =>
      list(statement.Action).some((action) => String(action).includes('*')),
    );
    expect(wild.map(({ where }) => where)).toEqual(['cairn-network/S3', 'cairn-network/DynamoDb']);
    for (const { statement } of wild) {
      for (const resource of list(statement.Resource)) {
        expect(text(resource)).toMatch(
          /:s3:::(cairn-[a-z]+-\$\{AWS::AccountId\}-\$\{AWS::Region\}|prod-\$\{AWS::Region\}-starport-layer-bucket)(\/\*)?$|:table\/[a-z_]+(\/index\/\*)?$/,
        );
      }
    }
  });

  it('is on resources by name: `*` only for the one action that AWS gives no narrower resource', () => {
    const everything = allowing
      .filter(({ statement }) => list(statement.Resource ?? []).some((each) => text(each) === '*'))
      .map(({ statement }) => statement.Action);
    expect([...new Set(everything)]).toEqual(['ecr:GetAuthorizationToken']);
  });

  it('is for everybody nowhere but at the endpoints, whom the network keeps apart', () => {
    const anybody = allowing.filter(({ statement }) => {
      const principal = statement.Principal;
      return principal === '*' || (principal as { AWS?: unknown } | undefined)?.AWS === '*';
    });
    expect(anybody.map(({ where }) => where)).toEqual(['cairn-network/S3', 'cairn-network/DynamoDb']);
  });

  it('to a service of AWS is bound to this account or to one resource', () => {
    const unbound = allowing.filter(
      ({ statement }) =>
        (statement.Principal as { Service?: string } | undefined)?.Service !== undefined &&
        !JSON.stringify(statement.Condition ?? {}).match(/aws:Source(Arn|Account)/),
    );
    // Only a role of API Gateway for this account's logs, which AWS lets nobody bind.
    expect(unbound.map(({ where }) => where)).toEqual(['cairn-api/LogWriterRole']);
  });
});

describe('the role of a service', () => {
  const roles = new Map(resources('AWS::IAM::Role', 'cairn-services'));

  it.each(Object.keys(access) as ServiceName[])(
    '%s is one of its own and has exactly its rights',
    (service) => {
      const statements: Statement[] = (roles.get(`${service}TaskRole`)?.Properties.Policies ?? []).flatMap(
        (each: { PolicyDocument: { Statement: Statement[] } }) => each.PolicyDocument.Statement,
      );
      const actions = new Set(statements.flatMap(({ Action }) => list(Action).map(String)));
      expect([...actions].sort()).toEqual([...allowedActions(access[service])].sort());
      const task = resources('AWS::ECS::TaskDefinition').find(([id]) => id === `${service}Task`)?.[1]
        .Properties;
      expect(task.TaskRoleArn).toEqual({ 'Fn::GetAtt': [`${service}TaskRole`, 'Arn'] });
    },
  );

  it.each(['catalog', 'ingest'])('%s reads one attribute of users and no more', (service) => {
    const statements: Statement[] = roles.get(`${service}TaskRole`)?.Properties.Policies[0].PolicyDocument
      .Statement;
    const onUsers = statements.filter(({ Resource }) => text(Resource).endsWith(':table/users'));
    expect(onUsers).toMatchObject([
      {
        Action: ['dynamodb:GetItem'],
        Condition: {
          'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['asin', 'status'] },
          StringEqualsIfExists: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
        },
      },
    ]);
  });
});

describe('the public', () => {
  it('reaches no bucket', () => {
    for (const [, { Properties }] of resources('AWS::S3::Bucket')) {
      expect(Properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      expect(Properties.OwnershipControls.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
    }
  });

  it('reads derived pictures through CloudFront, which signs, and may read nothing else', () => {
    const origins = resources('AWS::CloudFront::Distribution').flatMap(
      ([, { Properties }]) => Properties.DistributionConfig.Origins,
    );
    expect(origins).toHaveLength(1);
    expect(origins[0].OriginAccessControlId).toBeDefined();
    const toCloudFront = allowing.filter(({ statement }) =>
      JSON.stringify(statement.Principal ?? '').includes('cloudfront'),
    );
    expect(toCloudFront.map(({ statement }) => [statement.Action, text(statement.Resource)])).toEqual([
      ['s3:GetObject', 'arn:${AWS::Partition}:s3:::cairn-media-${AWS::AccountId}-${AWS::Region}/*'],
    ]);
  });

  it('finds no way into the network, and the network none out of it', () => {
    for (const type of ['InternetGateway', 'NatGateway', 'EIP', 'Route', 'EgressOnlyInternetGateway']) {
      expect(resources(`AWS::EC2::${type}`)).toEqual([]);
    }
    expect(
      resources('AWS::ElasticLoadBalancingV2::LoadBalancer').map(([, each]) => each.Properties.Scheme),
    ).toEqual(['internal']);
    for (const [, { Properties }] of resources('AWS::ECS::Service')) {
      expect(Properties.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp).toBe('DISABLED');
    }
    for (const [, { Properties }] of resources('AWS::EC2::SecurityGroupIngress')) {
      expect(Properties.SourceSecurityGroupId).toBeDefined();
      expect(Properties.CidrIp).toBeUndefined();
    }
  });

  it('must encrypt what it sends to buckets, queues and topics, as everybody', () => {
    const refusing = policies().filter(({ statements }) =>
      statements.some(
        ({ Effect, Condition }) => Effect === 'Deny' && JSON.stringify(Condition).includes('SecureTransport'),
      ),
    );
    const guarded = ['AWS::SQS::QueuePolicy', 'AWS::S3::BucketPolicy', 'AWS::SNS::TopicPolicy'];
    const kept = ['AWS::SQS::Queue', 'AWS::S3::Bucket', 'AWS::SNS::Topic'];
    const count = (types: string[]) => types.flatMap((type) => resources(type)).length;
    // The topic of alarms is written by CloudWatch alone.
    expect(refusing.length).toBe(count(guarded));
    expect(count(guarded)).toBe(count(kept));
  });
});

it('stores no secret in a template, and gives none through the environment', () => {
  for (const [, { Properties }] of resources('AWS::SecretsManager::Secret')) {
    expect(Properties).not.toHaveProperty('SecretString');
    expect(Properties).not.toHaveProperty('GenerateSecretString');
  }
  for (const [, { Properties }] of resources('AWS::ECS::TaskDefinition')) {
    const names: string[] = Properties.ContainerDefinitions[0].Environment.map(
      (each: { Name: string }) => each.Name,
    );
    expect(
      names
        .filter((name) => /PASSWORD|TOKEN_SECRET|AWS_|KEYS_FILE/.test(name))
        .filter((name) => name !== 'PASSWORD_HASH_QUEUE'),
    ).toEqual([]);
  }
});
