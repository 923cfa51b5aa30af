import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface RawConnection {
  readonly socket: Socket;
  send(text: string): void;
  /** The next answer; rejects when the connection ends without one. */
  answer(): Promise<RawAnswer>;
  /** Settles when the server has ended the connection. */
  readonly ended: Promise<void>;
}

/** A connection on which anything can be said; answers are read by their Content-Length. */
export async function rawConnection(
  port: number,
  options: { allowHalfOpen?: boolean } = {},
): Promise<RawConnection> {
  const socket = connect({ host: '127.0.0.1', port, ...options });
  socket.on('error', () => undefined);
  let received = Buffer.alloc(0);
  let wake: () => void = () => undefined;
  let over = false;
  const ended = new Promise<void>((resolve) => {
    socket.on('close', () => {
      over = true;
      wake();
      resolve();
    });
  });
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    wake();
  });
  await new Promise((resolve) => socket.once('connect', resolve));

  const take = (): RawAnswer | undefined => {
    const end = received.indexOf('\r\n\r\n');
    if (end === -1) return undefined;
    const [statusLine = '', ...lines] = received.subarray(0, end).toString('latin1').split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
    );
    const from = end + 4;
    const to = from + Number(headers['content-length'] ?? 0);
    if (received.length < to) return undefined;
    const body = received.subarray(from, to).toString();
    received = received.subarray(to);
    return { status: Number(statusLine.split(' ')[1]), headers, body };
  };

  return {
    socket,
    ended,
    send: (text) => void socket.write(text, 'latin1'),
    async answer() {
      for (;;) {
        const answer = take();
        if (answer !== undefined) return answer;
        if (over) throw new Error('the connection ended without an answer');
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
