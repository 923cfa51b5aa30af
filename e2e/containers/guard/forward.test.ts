import { once } from 'node:events';
import { createServer, request, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { forwarder } from './forward.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

describe('the door to an emulator', () => {
  it('lets one request to DynamoDB in at a time', async () => {
    const { ask, atWork } = await aDoor();
    const [first, second] = [ask('/1'), ask('/2')];
    await vi.waitFor(() => expect(atWork()).toEqual(['/1']));
    atWork.answer('/1');
    expect(await first.answer).toBe('/1');
    await vi.waitFor(() => expect(atWork()).toEqual(['/2']));
    atWork.answer('/2');
    expect(await second.answer).toBe('/2');
  });

  it('passes over who gave up before its turn', async () => {
    const { ask, atWork, left } = await aDoor();
    const first = ask('/1');
    await vi.waitFor(() => expect(atWork()).toEqual(['/1']));
    const impatient = ask('/2');
    const last = ask('/3');
    await vi.waitFor(() => expect(atWork.atTheDoor()).toBe(3));
    await Promise.all([left(), impatient.giveUp()]);
    atWork.answer('/1');
    await first.answer;
    await vi.waitFor(() => expect(atWork()).toEqual(['/3']));
    atWork.answer('/3');
    expect(await last.answer).toBe('/3');
  });

  it('waits for the emulator, also when who asked has gone', async () => {
    const { ask, atWork, left } = await aDoor();
    const impatient = ask('/1');
    await vi.waitFor(() => expect(atWork()).toEqual(['/1']));
    const second = ask('/2');
    await vi.waitFor(() => expect(atWork.atTheDoor()).toBe(2));
    await Promise.all([left(), impatient.giveUp()]);
    const other = ask('/of-sqs', 'AmazonSQS.SendMessage');
    await vi.waitFor(() => expect(atWork()).toContain('/of-sqs'));
    expect(atWork()).toEqual(['/1', '/of-sqs']);
    atWork.answer('/of-sqs');
    await other.answer;
    atWork.answer('/1');
    await vi.waitFor(() => expect(atWork()).toEqual(['/2']));
    atWork.answer('/2');
    expect(await second.answer).toBe('/2');
  });

  it('goes on when the emulator goes away in the middle of a request', async () => {
    const { ask, atWork } = await aDoor();
    const first = ask('/1');
    await vi.waitFor(() => expect(atWork()).toEqual(['/1']));
    const second = ask('/2');
    const failed = first.answer.catch(String);
    atWork.cut('/1');
    expect(await failed).toContain('socket hang up');
    await vi.waitFor(() => expect(atWork()).toEqual(['/2']));
    atWork.answer('/2');
    expect(await second.answer).toBe('/2');
  });
});

/** A door before an emulator that answers when it is told to. */
async function aDoor() {
  const working = new Map<string, ServerResponse>();
  const upstream = await listen((incoming, outgoing) => void working.set(incoming.url ?? '', outgoing));
  const forward = forwarder(new URL(upstream));
  let atTheDoor = 0;
  const gone = Promise.withResolvers<void>();
  const door = await listen((incoming, outgoing) => {
    outgoing.once('close', () => outgoing.writableFinished || gone.resolve());
    incoming.resume().once('end', () => {
      atTheDoor += 1;
      forward(incoming, Buffer.alloc(0), outgoing);
    });
  });
  const take = (path: string): ServerResponse | undefined => {
    const found = working.get(path);
    working.delete(path);
    return found;
  };
  return {
    ask: (path: string, target = 'DynamoDB_20120810.PutItem') => ask(`${door}${path}`, target),
    /** Resolves when the door has seen that somebody gave up. */
    left: () => gone.promise,
    atWork: Object.assign(() => [...working.keys()], {
      atTheDoor: () => atTheDoor,
      answer: (path: string) => take(path)?.end(path),
      cut: (path: string) => take(path)?.destroy(),
    }),
  };
}

function ask(url: string, target: string) {
  const asked = request(url, { method: 'POST', headers: { 'x-amz-target': target } });
  const answer = new Promise<string>((resolve, reject) => {
    asked.once('error', reject);
    asked.once('response', (response) => void text(response).then(resolve, reject));
  });
  asked.end();
  return {
    answer,
    giveUp() {
      asked.destroy();
      return answer.catch(() => undefined);
    },
  };
}

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}
