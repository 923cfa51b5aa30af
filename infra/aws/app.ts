import { App, BootstraplessSynthesizer, type IStackSynthesizer } from 'aws-cdk-lib';
import { ApiStack } from './api-stack.ts';
import { DataStack } from './data-stack.ts';
import { MediaStack } from './media-stack.ts';
import { NetworkStack } from './network-stack.ts';
import { ServicesStack } from './services-stack.ts';

/**
 * The store on AWS as five stacks, in the order in which they are deployed. Nothing is looked up in an
 * account and nothing has to be uploaded, so the templates are the same for every account and region.
 */
export function cairnApp(options: { outdir?: string } = {}): App {
  const app = new App({
    analyticsReporting: false,
    treeMetadata: false,
    // AWS's own rules and schemas, which come with the library: a template that they refuse is not written.
    context: { '@aws-cdk/core:validateAgainstDefaultRules': true },
    ...options,
  });
  const stack = (description: string) => ({
    description,
    synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer,
    tags: { application: 'cairn' },
  });
  new DataStack(app, 'cairn-data', stack('Cairn: tables, buckets, queues, topics and their alarms'));
  new MediaStack(app, 'cairn-media', stack('Cairn: CloudFront before the derived pictures'));
  const network = new NetworkStack(
    app,
    'cairn-network',
    stack('Cairn: a network without a way out, its load balancer, and the repositories of images'),
  );
  const services = new ServicesStack(app, 'cairn-services', {
    ...stack('Cairn: the services on Fargate, what each may do, and how they scale'),
    network,
  });
  const api = new ApiStack(app, 'cairn-api', {
    ...stack('Cairn: the one address, made from the routing table of the gateway'),
    network,
  });
  api.addStackDependency(services);
  return app;
}
