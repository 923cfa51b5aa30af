import type { DestinationStream } from 'pino';

/** What pino hands lines to, and asks to write what waits. */
export interface LineStream extends DestinationStream {
  flush(done?: (error?: Error) => void): void;
}

export interface LineBatches extends LineStream {
  /** What waits, which is then the caller's to write. */
  takeRest(): string;
}

/**
 * Hands lines on many at a time: `maxChars` together, or what there is after `waitMs`. SonicBoom can wait by itself,
 * but it measures all that waits again for each line, which costs more than making the line.
 */
export function lineBatches(
  destination: LineStream,
  { maxChars, waitMs }: { maxChars: number; waitMs: number },
): LineBatches {
  let lines: string[] = [];
  let chars = 0;
  let timer: NodeJS.Timeout | undefined;

  function takeRest(): string {
    clearTimeout(timer);
    timer = undefined;
    const text = lines.join('');
    lines = [];
    chars = 0;
    return text;
  }

  function handOn(): void {
    if (lines.length > 0) destination.write(takeRest());
  }

  return {
    write(line) {
      lines.push(line);
      chars += line.length;
      if (chars >= maxChars) handOn();
      else timer ??= setTimeout(handOn, waitMs).unref();
    },
    takeRest,
    flush(done) {
      handOn();
      destination.flush(done);
    },
  };
}
