import { parseArgs } from 'node:util';
import { queues } from '@cairn/infra/resources';

const QUEUE_NAMES: readonly string[] = Object.values(queues).map((queue) => queue.name);

export const USAGE = `Usage: npm run dlq -- list    [--queue NAME] [--max N]
       npm run dlq -- redrive [--queue NAME] [--reason R] [--max N] [--rate N]

list shows the messages that could not be handled, and why; it changes nothing.
redrive moves them back to the queue that they come from. A message that fails again comes back here.

  --queue NAME   one of ${QUEUE_NAMES.join(', ')};
                 all of them when absent
  --reason R     only messages with exactly this reason
  --max N        at most N messages: 100 a queue when listing, all when redriving
  --rate N       at most N messages a second (50)
  --json         one JSON document instead of text
  --data DIR     the local product whose data is in DIR (.cairn)
  --port N       where its SQS answers (8086)
  --help         this text

It works on the local product, unless AWS_REGION, AWS_PROFILE or AWS_ENDPOINT_URL are set and --data is not.
`;

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface DlqArguments {
  readonly command: 'list' | 'redrive' | 'help';
  readonly queues: readonly string[];
  readonly reason: string | undefined;
  readonly max: number | undefined;
  readonly rate: number;
  readonly json: boolean;
  readonly dataDir: string | undefined;
  readonly port: number | undefined;
}

/** Throws a `UsageError` whose message is for the person at the keyboard. */
export function parseArguments(args: readonly string[]): DlqArguments {
  const { values, positionals } = parse(args);
  const [command, ...rest] = positionals;
  if (values.help !== true && ((command !== 'list' && command !== 'redrive') || rest.length > 0)) {
    throw new UsageError(`What shall be done? list or redrive.\n\n${USAGE}`);
  }
  if (values.queue !== undefined && !QUEUE_NAMES.includes(values.queue)) {
    throw new UsageError(`There is no queue "${values.queue}". The queues are ${QUEUE_NAMES.join(', ')}.`);
  }
  return {
    command: values.help === true ? 'help' : command === 'list' ? 'list' : 'redrive',
    queues: values.queue === undefined ? QUEUE_NAMES : [values.queue],
    reason: values.reason,
    max: count('--max', values.max),
    rate: count('--rate', values.rate) ?? 50,
    json: values.json ?? false,
    dataDir: values.data,
    port: count('--port', values.port),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        queue: { type: 'string' },
        reason: { type: 'string' },
        max: { type: 'string' },
        rate: { type: 'string' },
        json: { type: 'boolean' },
        data: { type: 'string' },
        port: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

function count(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`${option} takes a whole number above zero.`);
  return Number(text);
}
