import { expect, it } from 'vitest';
import { inScope } from '../telemetry/scope.ts';
import { createLogger } from './logger.ts';
import { requestLog } from './request-log.ts';

function loggerAt(level: string) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { lines, logger: createLogger('test', { level, destination }) };
}

const parsed = (lines: readonly string[]) => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

it('writes the line that the logger would write', () => {
  const { lines, logger } = loggerAt('info');
  const line = { request_id: 'abc', path: '/a"\\\n\u2028é', status: 200, duration_ms: 0.3 };
  requestLog(logger)(line);
  logger.info(line, 'request');
  const [ours, theirs] = parsed(lines);
  expect({ ...ours, time: '' }).toEqual({ ...theirs, time: '' });
  expect(Date.parse(String(ours?.['time']))).not.toBeNaN();
  expect(lines[0]).toMatch(/^\{[^\n]*\}\n$/);
});

it('has what the logger was bound to, and leaves out what is not known', () => {
  const { lines, logger } = loggerAt('info');
  const log = requestLog(logger.child({ part: 'front' }));
  inScope({ requestId: 'of-the-scope' }, () => log({ operation: undefined, status: 404 }));
  const [line] = parsed(lines);
  expect(line).toMatchObject({ level: 'info', service: 'test', part: 'front', status: 404, msg: 'request' });
  expect(line).not.toHaveProperty('operation');
  expect(line).not.toHaveProperty('request_id');
});

it('is silent where the logger is', () => {
  const { lines, logger } = loggerAt('warn');
  requestLog(logger)({ status: 200 });
  expect(lines).toEqual([]);
});
