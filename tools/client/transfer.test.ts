import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { bytesSource, fileNameOf, getFromStorage, putToStorage } from './transfer.ts';

const running: (() => void)[] = [];
afterEach(() => {
  for (const stop of running.splice(0)) stop();
});

async function aStorage(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/bucket/key`;
}

describe('a PUT to storage', () => {
  it('sends the given headers and the exact length, and tells how far it is', async () => {
    const seen: unknown[] = [];
    const url = await aStorage((request, response) => {
      seen.push(request.headers['content-type'], request.headers['content-length']);
      request.resume().on('end', () => response.end());
    });
    let sent = 0;
    const answer = await putToStorage(
      { url, headers: { 'content-type': 'image/png' } },
      bytesSource(Buffer.alloc(5_000)),
      (bytes) => (sent += bytes),
    );
    expect(answer).toEqual({ status: 200, code: '' });
    expect(seen).toEqual(['image/png', '5000']);
    expect(sent).toBe(5_000);
  });

  it('resolves with the refusal of a storage that does not read the body', async () => {
    const url = await aStorage((request, response) => {
      response.writeHead(403, { connection: 'close' });
      response.end('<Error><Code>AccessDenied</Code></Error>', () => request.destroy());
    });
    const answer = await putToStorage({ url, headers: {} }, bytesSource(Buffer.alloc(8_000_000)));
    expect(answer).toEqual({ status: 403, code: 'AccessDenied' });
  });
});

describe('a GET from storage', () => {
  it('hashes what it reads', async () => {
    const url = await aStorage((_request, response) => response.end('abc'));
    const download = await getFromStorage(url);
    expect(download.sizeBytes).toBe(3);
    expect(download.sha256).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

describe('the name to save under', () => {
  it('is the extended one where there is one', () => {
    expect(fileNameOf(`attachment; filename="R_stung.glb"; filename*=UTF-8''R%C3%BCstung.glb`)).toBe(
      'Rüstung.glb',
    );
    expect(fileNameOf('attachment; filename="a \\"b\\".glb"')).toBe('a "b".glb');
    expect(fileNameOf(undefined)).toBeUndefined();
  });
});
