import pino from 'pino';
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
  const internal = logger as unknown as { [pino.symbols.streamSym]: { write(text: string): void } };
  const stream = internal[pino.symbols.streamSym];
  const bound = Object.entries(logger.bindings())
    .map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`)
    .join('');
  return (line) => {
    let text = `{"level":"info"${timeField()}${bound}`;
    for (const name in line) {
      const value = line[name];
      if (value === undefined) continue;
      text += `,"${name}":${typeof value === 'number' ? value : JSON.stringify(value)}`;
    }
    stream.write(`${text},"msg":"request"}\n`);
  };
}
