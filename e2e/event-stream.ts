import { inject } from 'vitest';
import type { Receipt } from '@cairn/tools/client/wire';
import './provided.ts';

export interface UploadEvent {
  readonly event: string;
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>> & Partial<Receipt>;
}

/** What an event says that no other may say again. */
export const transitionOf = ({ event, data }: UploadEvent): string =>
  event === 'file'
    ? `${String(data.file_id)} ${String(data.stage)} ${String(data.percent)}`
    : `${event} ${String(data.state)}`;

export interface Followed {
  readonly status: number;
  readonly events: readonly UploadEvent[];
  /** Resolves when the stream has ended by itself or was cut. */
  readonly over: Promise<void>;
  /** Drops the connection, as a client that loses its network. */
  cut(): void;
}

/** Follows an upload as a client does that knows `lastEventId`. `over` rejects when the server cuts it. */
export async function followUpload(
  token: string,
  uploadId: string,
  lastEventId?: string,
  productUrl: string = inject('productUrl'),
): Promise<Followed> {
  const connection = new AbortController();
  const response = await fetch(`${productUrl}/v1/uploads/${uploadId}/events`, {
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'text/event-stream',
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    signal: connection.signal,
  });
  const events: UploadEvent[] = [];
  async function readAll(): Promise<void> {
    if (response.body === null) return;
    let text = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (text + chunk).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const [, event, id, data] = /^event: (.+)\nid: (.+)\ndata: (.+)$/.exec(block) ?? [];
        if (event === undefined || id === undefined || data === undefined) continue;
        events.push({ event, id, data: JSON.parse(data) as UploadEvent['data'] });
      }
    }
  }
  return {
    status: response.status,
    events,
    over: readAll().catch((error: unknown) => {
      if (!connection.signal.aborted) throw error;
    }),
    cut: () => connection.abort(),
  };
}
