import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Writes bytes as they are, for what no HTTP client would send; resolves when the other side has closed. */
export async function sendRaw(url: string, text: string | Buffer, timeoutMs = 15_000): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error('no answer')));
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  const closed = Promise.withResolvers<undefined>();
  socket.once('close', () => closed.resolve(undefined));
  // What a server has answered before it slams the door counts.
  socket.once('error', (error) => (chunks.length === 0 ? closed.reject(error) : closed.resolve(undefined)));
  socket.write(text);
  await closed.promise;
  const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n', 2);
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0),
    contentType: /^content-type: *([^\r\n]*)/im.exec(head)?.[1] ?? '',
    body,
  };
}
