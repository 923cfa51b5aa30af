import { writeSync } from 'node:fs';
import pino, { type DestinationStream, type Logger } from 'pino';
import { lineBatches, type LineStream } from './line-batches.ts';
import { timeField } from './log-time.ts';
import { scopeFields } from '../telemetry/scope.ts';

export type { Logger } from 'pino';

const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'password',
  'token',
  'access_token',
  'refresh_token',
  'url',
  'secretAccessKey',
];

/** An error as a log line may hold it: the SDK's and undici's carry requests, and with them signed URLs. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as Error & { code?: unknown };
  return {
    name: error.name,
    message: error.message.replaceAll(/\?[^\s"']*/g, '?[redacted]'),
    stack: error.stack?.split('\n').slice(1, 9).join('\n'),
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

/** Lines that are written in one go, and for how long one may wait for others; from `warn` on none waits. */
const BATCH = { maxChars: 32_768, waitMs: 50 };
const WARN = 40;

/**
 * JSON lines on standard output, times in UTC; fields that hold secrets are redacted at two depths. Whatever is logged
 * while a request or a message is handled has its request, user and trace ids.
 */
export function createLogger(
  service: string,
  options: { level: string; destination?: DestinationStream },
): Logger {
  return pino(
    {
      level: options.level,
      base: { service },
      timestamp: timeField,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      mixin: scopeFields,
      hooks: {
        logMethod(args, method, level) {
          method.apply(this, args);
          if (level >= WARN) this.flush();
        },
      },
      redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
    },
    options.destination ?? standardOutput(),
  );
}

function standardOutput(): LineStream {
  // With a least length, if a small one, its flush waits until all is written.
  const lines = lineBatches(pino.destination({ fd: 1, sync: false, minLength: 1 }), BATCH);
  process.on('exit', () => void writeSync(1, lines.takeRest()));
  return lines;
}

export const silentLogger = (): Logger => pino({ level: 'silent' });
