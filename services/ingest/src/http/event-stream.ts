/** One event in the format of server-sent events; JSON holds no line ends. */
export const eventText = ({ event, id, data }: { event: string; id: string; data: unknown }): string =>
  `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;

/** For clients: how long to wait before they come back. */
export const retryText = (ms: number): string => `retry: ${ms}\n\n`;

/** A comment: keeps the connection from looking idle, and finds out that nobody is there any more. */
export const HEARTBEAT = ': still here\n\n';

/**
 * Text as a body, one piece each time that the reader has taken the one before; so what waits for a slow
 * reader is one piece. `onEnd` is called once, however it ends.
 */
export function streamOf(pieces: AsyncGenerator<string>, onEnd: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await pieces.next();
          if (done !== true) {
            controller.enqueue(encoder.encode(value));
            return;
          }
          onEnd();
          controller.close();
        } catch (error) {
          onEnd();
          throw error;
        }
      },
      cancel() {
        onEnd();
      },
    },
    { highWaterMark: 0 },
  );
}
