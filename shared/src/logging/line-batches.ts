import type { DestinationStream } from 'pino';

/** What pino hands lines to, and asks to write what waits. */
export interface LineStream extends DestinationStream {
  flush(done?: (error?: Error) => void): void;
}

export interface LineBatches extends LineStream {
  /** A line that is made when it is handed on: many in one go cost a fraction of what each costs on its way. */
  writeLater(makeLine: () => string): void;
  /** What waits, which is then the caller's to write. */
  takeRest(): string;
}

/** What a line that is not made yet is taken for. */
const LINE_CHARS = 350;

/**
 * Hands lines on many at a time: `maxChars` together, or what there is after `waitMs`. SonicBoom can wait by itself,
 * but it measures all that waits again for each line, which costs more than making the line.
 */
export function lineBatches(
  destination: LineStream,
  { maxChars, waitMs }: { maxChars: number; waitMs: number },
): LineBatches {
  let lines: (string | (() => string))[] = [];
  let chars = 0;
  let timer: NodeJS.Timeout | undefined;

  function takeRest(): string {
    clearTimeout(timer);
    timer = undefined;
    const text = lines.map((line) => (typeof line === 'string' ? line : line())).join('');
    lines = [];
    chars = 0;
    return text;
  }

  function handOn(): void {
    if (lines.length > 0) destination.write(takeRest());
  }

  function add(line: string | (() => string), length: number): void {
    lines.push(line);
    chars += length;
    if (chars >= maxChars) handOn();
    else timer ??= setTimeout(handOn, waitMs).unref();
  }

  return {
    write: (line) => add(line, line.length),
    writeLater: (makeLine) => add(makeLine, LINE_CHARS),
    takeRest,
    flush(done) {
      handOn();
      destination.flush(done);
    },
  };
}
