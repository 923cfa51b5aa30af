import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DEFAULT_PORTS, fixedPorts, freePorts } from '../local/ports.ts';

let holder: Server;
let taken: number;

beforeEach(async () => {
  holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  taken = (holder.address() as AddressInfo).port;
});

afterEach(() => {
  holder.close();
});

it('picks free ports that differ, and leaves the one of the API to whoever names it', async () => {
  const ports = await freePorts(14_999);
  expect(ports.gateway).toBe(14_999);
  expect(new Set(Object.values(ports)).size).toBe(Object.keys(DEFAULT_PORTS).length);
});

it.each([fixedPorts, freePorts])('refuses a port of the API that is taken', async (choose) => {
  await expect(choose(taken)).rejects.toThrow(`Port ${taken} (the API) is taken by another program`);
});

it('refuses a port of the API that a part of the stack has', async () => {
  await expect(fixedPorts(DEFAULT_PORTS.s3)).rejects.toThrow('choose another --port');
});
