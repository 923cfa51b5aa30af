import { Aws } from 'aws-cdk-lib';
import { serviceEnvironment } from '../environment.ts';
import type { ServiceName } from '../resource-types.ts';
import { topics } from '../resources.ts';
import { SERVICES } from './deployment.ts';
import { bucketName, SIGNING_KEYS_SECRET, topicArn } from './names.ts';

/** API Gateway appends the client's address to X-Forwarded-For, the load balancer that of API Gateway. */
const PROXIES_IN_FRONT = '2';

/** What infra/environment.ts says, for AWS: the SDK finds region, credentials and endpoints by itself. */
export function awsServiceEnvironment(
  service: ServiceName,
  at: { domainName: string; mediaUrl: string; region: string; loadBalancer: string },
): Record<string, string> {
  const inside = (name: ServiceName) => `http://${at.loadBalancer}:${SERVICES[name].listenerPort}`;
  const { SIGNING_KEYS_FILE: keys, ...environment } = serviceEnvironment(service, {
    publicUrl: `https://${at.domainName}`,
    authUrl: inside('auth'),
    catalogUrl: inside('catalog'),
    ingestUrl: inside('ingest'),
    s3PublicUrl: `https://s3.${at.region}.${Aws.URL_SUFFIX}`,
    mediaUrl: at.mediaUrl,
    assetEventsTopicArn: topicArn(topics.assetEvents.name),
    signingKeysFile: SIGNING_KEYS_SECRET,
    bucketName,
  });
  return {
    ...environment,
    ...(keys === undefined ? {} : { SIGNING_KEYS_SECRET: keys }),
    ...(service === 'auth' || service === 'catalog' ? { TRUSTED_PROXIES: PROXIES_IN_FRONT } : {}),
  };
}
