import type { ServiceName } from '../resource-types.ts';
import { parseArguments, USAGE, type StartArguments } from './arguments.ts';
import { openDataDirectory, type DataDirectory } from './data-directory.ts';
import { fixedPorts, freePorts } from './ports.ts';
import { startProduct, type Product } from './product.ts';
import { readyMessage, type ReadyReport } from './ready-message.ts';
import { onStopSignals, type StopSignals } from './stop-signals.ts';
import { UserError } from './user-error.ts';

export interface StartCommandOptions {
  readonly args: readonly string[];
  /** The repository's folder. */
  readonly root: string;
  readonly entryOf: (service: ServiceName) => string;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

const READY_WITHIN_MS = 60_000;
/** A little more than the services allow themselves (SHUTDOWN_GRACE_MS). */
const STOP_GRACE_MS = 25_000;

/** `npm start`: resolves to the exit code, after Ctrl-C or SIGTERM, or when it cannot start. */
export async function startCommand(options: StartCommandOptions): Promise<number> {
  try {
    const args = parseArguments(options.args, options.root);
    if (args.help) {
      options.print(USAGE);
      return 0;
    }
    const signals = onStopSignals();
    const data = openDataDirectory(args.dataDir);
    try {
      await run(args, options, data, signals);
    } finally {
      data.release();
      signals.dispose();
    }
    return 0;
  } catch (error) {
    options.complain(error instanceof UserError ? error.message : String((error as Error).stack ?? error));
    return 1;
  }
}

async function run(
  args: StartArguments,
  { entryOf, print, complain }: StartCommandOptions,
  data: DataDirectory,
  signals: StopSignals,
): Promise<void> {
  const ports = await (args.freePorts ? freePorts(args.port) : fixedPorts(args.port));
  const product = await startProduct({ data, ports, entryOf, env: args.env, say: complain });
  signals.onSecond(() => product.supervisor.kill());
  try {
    const ready = product.supervisor.untilReady(READY_WITHIN_MS).then(
      () => 'ready' as const,
      (error: unknown) => Promise.reject(startFailure(error, data)),
    );
    if ((await Promise.race([ready, signals.first])) !== 'ready') return;
    print(readyMessage(report(product, data), args.json));
    await signals.first;
    if (!args.json) print('Stopping (Ctrl-C again stops at once).');
  } finally {
    await product.stop(STOP_GRACE_MS);
  }
}

function startFailure(error: unknown, data: DataDirectory): UserError {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const reason = name === 'TimeoutError' ? 'the services take too long' : message;
  return new UserError(`Cairn cannot start: ${reason}. The logs are in ${data.logsPath}.`);
}

function report({ addresses, stack, supervisor }: Product, data: DataDirectory): ReadyReport {
  const { s3Url, dynamodbUrl, sqsUrl, snsUrl } = stack.connection;
  return {
    api: addresses.publicUrl,
    pid: process.pid,
    services: Object.fromEntries(
      supervisor.services.map(({ name, url, pid, metricsUrl }) => [
        name,
        { url, pid: pid ?? 0, metrics: metricsUrl },
      ]),
    ),
    aws: { s3: s3Url, dynamodb: dynamodbUrl, sqs: sqsUrl, sns: snsUrl },
    data: data.path,
    logs: data.logsPath,
    // Since the process began, so that loading the code counts.
    start_ms: Math.round(performance.now()),
  };
}
