export interface ReadEvent {
  readonly event: string;
  readonly id: string;
  readonly data: Record<string, unknown>;
}

export interface EventReader {
  /** What has been read up to now; comments as `heartbeat`. */
  readonly events: readonly ReadEvent[];
  readonly heartbeats: () => number;
  /** Resolves when the stream has ended. */
  readonly ended: Promise<void>;
  cancel(): Promise<void>;
}

/** Reads a stream of server-sent events as it comes. */
export function readEvents(response: Response): EventReader {
  if (response.body === null) throw new Error('the answer has no body');
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const events: ReadEvent[] = [];
  let heartbeats = 0;
  let text = '';

  function take(block: string): void {
    if (block.startsWith(':')) heartbeats += 1;
    const fields = Object.fromEntries(
      block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    );
    const { event, id, data } = fields;
    if (event === undefined || id === undefined || data === undefined) return;
    events.push({ event, id, data: JSON.parse(data) as Record<string, unknown> });
  }

  async function readAll(): Promise<void> {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (text + value).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) take(block);
    }
  }

  return {
    events,
    heartbeats: () => heartbeats,
    ended: readAll(),
    cancel: () => reader.cancel(),
  };
}
