import { afterAll, beforeAll, beforeEach } from 'vitest';
import { UPSTREAMS, type UpstreamName } from '../src/routing-table.ts';
import { startGateway, type TestGateway } from './gateway.harness.ts';
import { jsonAnswer, startUpstream, type FakeUpstream, type Received } from './upstream.harness.ts';

export interface ServicesBehindGateway {
  gateway: () => TestGateway;
  /** For another gateway before the same services. */
  addresses: () => Partial<Record<UpstreamName, string>>;
  /** What the services were asked since the test began. */
  received: () => Received[];
}

/** A gateway before three services that answer everything with their name, for all tests of a file. */
export function useServices(): ServicesBehindGateway {
  const services = new Map<UpstreamName, FakeUpstream>();
  let gateway: TestGateway | undefined;
  const addresses = () => Object.fromEntries([...services].map(([name, { url }]) => [name, url]));

  beforeAll(async () => {
    for (const name of UPSTREAMS) services.set(name, await startUpstream(jsonAnswer({ from: name })));
    gateway = await startGateway({ upstreams: addresses() });
  });
  afterAll(async () => {
    await gateway?.stop();
    for (const service of services.values()) await service.close();
  });
  beforeEach(() => {
    for (const service of services.values()) service.received.length = 0;
  });

  return {
    gateway() {
      if (gateway === undefined) throw new Error('not before the tests run');
      return gateway;
    },
    addresses,
    received: () => [...services.values()].flatMap((service) => service.received),
  };
}
