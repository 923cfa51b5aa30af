import pino from 'pino';
import type { LineBatches } from './line-batches.ts';
import { timeField } from './log-time.ts';
import type { Logger } from './logger.ts';

/** What a line says; a field that is undefined is left out. No secrets, not even to be redacted. */
export type RequestLine = Readonly<Record<string, string | number | undefined>>;

/**
 * Writes one line a request where the logger writes its own, with the same fields in front. Pino's own way costs as
 * much as answering a small request from memory: it looks for a scope, a hook, serializers and secrets on each line.
 */
export function requestLog(logger: Logger): (line: RequestLine) => void {
  if (!logger.isLevelEnabled('info')) return () => undefined;
  type Stream = pino.DestinationStream & Partial<Pick<LineBatches, 'writeLater'>>;
  const stream = (logger as unknown as Record<typeof pino.symbols.streamSym, Stream>)[pino.symbols.streamSym];
  const bound = Object.entries(logger.bindings())
    .map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`)
    .join('');
  const render = (time: string, line: RequestLine): string => {
    let text = `{"level":"info"${time}${bound}`;
    for (const name in line) {
      const value = line[name];
      if (value === undefined) continue;
      text += `,"${name}":${typeof value === 'number' ? value : JSON.stringify(value)}`;
    }
    return `${text},"msg":"request"}\n`;
  };
  return (line) => {
    const time = timeField();
    if (stream.writeLater === undefined) stream.write(render(time, line));
    else stream.writeLater(() => render(time, line));
  };
}
