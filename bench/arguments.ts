import { parseArgs } from 'node:util';
import { UserError } from '@cairn/infra/local/user-error';

export const USAGE = `Usage: npm run bench -- NAME [options]

  --json    print one JSON array of {metric, value, unit, reference, trials}, and nothing else
  --record  also write the figures into docs/performance.md
  --help    this text
`;

export interface BenchArguments {
  /** Absent: list them. */
  readonly name: string | undefined;
  readonly json: boolean;
  readonly record: boolean;
  readonly help: boolean;
}

export function parseArguments(args: readonly string[]): BenchArguments {
  const { values, positionals } = parse(args);
  const { json = false, record = false, help = false } = values;
  if (positionals.length > 1) throw new UserError(`One benchmark at a time.\n\n${USAGE}`);
  const [name] = positionals;
  if (name === undefined && (json || record)) throw new UserError(`Which benchmark?\n\n${USAGE}`);
  return { name, json, record, help };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        record: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}
