import type { Socket } from 'node:net';
import { afterEach } from 'vitest';
import { startGateway, type TestGateway, type TestGatewayOptions } from './gateway.harness.ts';
import { startTcpUpstream, startUpstream, type FakeUpstream, type TcpUpstream } from './upstream.harness.ts';

export interface OneServiceBehindGateway {
  /** A gateway whose catalog is at this address. */
  gatewayTo: (url: string, options?: TestGatewayOptions) => Promise<TestGateway>;
  service: (answer: Parameters<typeof startUpstream>[0]) => Promise<FakeUpstream>;
  tcpService: (answer: (socket: Socket) => void) => Promise<TcpUpstream>;
}

/** Starts what a test asks for, and stops it after the test. */
export function useOneService(): OneServiceBehindGateway {
  const cleanUps: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  return {
    async gatewayTo(url, options = {}) {
      const gateway = await startGateway({ upstreams: { catalog: url }, ...options });
      cleanUps.push(() => gateway.stop());
      return gateway;
    },
    async service(answer) {
      const upstream = await startUpstream(answer);
      cleanUps.push(() => upstream.close());
      return upstream;
    },
    async tcpService(answer) {
      const upstream = await startTcpUpstream(answer);
      cleanUps.push(() => upstream.close());
      return upstream;
    },
  };
}
