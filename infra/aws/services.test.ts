import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseConfig } from '@cairn/shared/config/parse-config';
import { authConfig } from '@cairn/auth/src/config.ts';
import { catalogConfig } from '@cairn/catalog/src/config.ts';
import { gatewayConfig } from '@cairn/gateway/src/config.ts';
import { ingestConfig } from '@cairn/ingest/src/config.ts';
import { BootstraplessSynthesizer, Stack, type IStackSynthesizer } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { describe, expect, it } from 'vitest';
import type { ServiceName } from '../resource-types.ts';
import { resources, STACKS, template, templates, text } from '../testing/templates.ts';
import { queues } from '../resources.ts';
import { cairnApp } from './app.ts';
import { SERVICES } from './deployment.ts';

const MAX_RESOURCES = 500;
const MAX_BYTES = 1_000_000;
const services = Object.keys(SERVICES) as ServiceName[];

const task = (service: ServiceName) =>
  resources('AWS::ECS::TaskDefinition').find(([id]) => id === `${service}Task`)?.[1].Properties;

describe('a service on Fargate', () => {
  const configs = { auth: authConfig, catalog: catalogConfig, gateway: gatewayConfig, ingest: ingestConfig };

  it.each(services)('%s starts with the environment that it is given', (service) => {
    const given: { Name: string; Value: unknown }[] = task(service).ContainerDefinitions[0].Environment;
    const filled = given.map(({ Name, Value }) => [Name, text(Value).replaceAll(/\$\{[^}]*\}/g, 'x')]);
    // PORT is in the image, and the address of media is a parameter.
    const config = parseConfig(configs[service], {
      ...Object.fromEntries(filled),
      PORT: '8080',
      ...(service === 'catalog' ? { MEDIA_URL: 'https://d111.cloudfront.net' } : {}),
    });
    expect(config.PUBLIC_URL).toBeDefined();
  });

  it.each(services)('%s writes nothing but /tmp, is not root and has no capabilities', (service) => {
    const [container] = task(service).ContainerDefinitions;
    expect(container).toMatchObject({
      ReadonlyRootFilesystem: true,
      User: 'node',
      LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
      MountPoints: [{ ContainerPath: '/tmp', ReadOnly: false }],
    });
    expect(text(container.Image)).toMatch(new RegExp(`/cairn/${service}:\\$\\{ImageTag\\}$`));
  });

  it.each(services)('%s comes back as it was when its new version is never ready', (service) => {
    const made = resources('AWS::ECS::Service').find(([id]) => id === `${service}Service`)?.[1].Properties;
    expect(made.DeploymentConfiguration).toEqual({
      MinimumHealthyPercent: 100,
      MaximumPercent: 200,
      DeploymentCircuitBreaker: { Enable: true, Rollback: true },
    });
  });

  it.each(services)('%s grows with its load, and with the age of its queues', (service) => {
    const policies = resources('AWS::ApplicationAutoScaling::ScalingPolicy')
      .filter(([id]) => id.startsWith(`${service}By`))
      .map(([, { Properties }]) => Properties.TargetTrackingScalingPolicyConfiguration);
    const predefined = policies.flatMap(
      (each) => each.PredefinedMetricSpecification?.PredefinedMetricType ?? [],
    );
    expect(predefined).toContain('ECSServiceAverageCPUUtilization');
    const ages = policies
      .filter((each) => each.CustomizedMetricSpecification !== undefined)
      .map((each) => [
        each.CustomizedMetricSpecification.Metrics[0].MetricStat.Metric.Dimensions[0].Value,
        each.TargetValue,
      ]);
    expect(ages).toEqual(
      Object.entries(SERVICES[service].queueAge ?? {}).map(([queue, seconds]) => [
        queues[queue as keyof typeof queues].name,
        seconds,
      ]),
    );
  });

  it('grows long before somebody is called', () => {
    for (const { queueAge = {} } of Object.values(SERVICES)) {
      for (const [queue, seconds] of Object.entries(queueAge)) {
        expect(seconds).toBeLessThan(queues[queue as keyof typeof queues].alarmAfterSeconds);
      }
    }
  });
});

it('every alarm tells the topic of alarms, when it begins and when it is over', () => {
  const alarms = resources('AWS::CloudWatch::Alarm');
  expect(alarms.length).toBeGreaterThan(30);
  const topic = 'arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:cairn-alarms';
  for (const [, { Properties }] of alarms) {
    expect(Properties.AlarmActions.map(text)).toEqual([topic]);
    expect(Properties.OKActions.map(text)).toEqual([topic]);
    expect(Properties.ActionsEnabled).not.toBe(false);
  }
  const names = alarms.map(([, { Properties }]) => Properties.AlarmName as string);
  expect(new Set(names).size).toBe(names.length);
});

it('every log is thrown away some day', () => {
  const logs = resources('AWS::Logs::LogGroup');
  expect(logs).toHaveLength(services.length + 1);
  for (const [, { Properties }] of logs) expect(Properties.RetentionInDays).toBe(30);
});

describe('the templates', () => {
  it.each(STACKS)('%s is within what CloudFormation takes, and needs nothing uploaded', (stack) => {
    const made = template(stack);
    expect(Object.keys(made.Resources).length).toBeLessThan(MAX_RESOURCES);
    expect(Buffer.byteLength(JSON.stringify(made, undefined, 1))).toBeLessThan(MAX_BYTES);
    expect(Object.keys(made.Parameters ?? {}).filter((name) => /bootstrap|asset/i.test(name))).toEqual([]);
    const types = new Set(Object.values(made.Resources).map(({ Type }) => Type));
    expect([...types].filter((type) => /Lambda|CustomResource|^Custom::/.test(type))).toEqual([]);
  });

  it('are the five that docs/deploy.md deploys', () => {
    expect([...templates().keys()].sort()).toEqual([...STACKS].sort());
  });

  it('satisfy the rules of AWS, which refuse the description that was asked for', { timeout: 60_000 }, () => {
    const outdir = mkdtempSync(path.join(tmpdir(), 'cairn-rules-'));
    try {
      expect(() => cairnApp({ outdir: path.join(outdir, 'ours') }).synth()).not.toThrow();

      const app = cairnApp({ outdir: path.join(outdir, 'asked') });
      const stack = new Stack(app, 'asked', {
        synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer,
      });
      // More than one RANGE key, and keys that are no defined attribute.
      new CfnTable(stack, 'Assets', {
        billingMode: 'PAY_PER_REQUEST',
        attributeDefinitions: [{ attributeName: 'asin', attributeType: 'S' }],
        keySchema: [
          { attributeName: 'asin', keyType: 'HASH' },
          ...['userid', 'name', 'images'].map((attributeName) => ({ attributeName, keyType: 'RANGE' })),
        ],
      });
      expect(() => app.synth()).toThrow(/validation/i);
    } finally {
      rmSync(outdir, { recursive: true, force: true });
    }
  });
});
