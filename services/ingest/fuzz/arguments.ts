import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run fuzz -- files [options]

  --count N        how many files (20000)
  --seed N         which files (1); the same seed gives the same files
  --corpus FOLDER  begin with the files below this folder, too
  --replay FILE    one file that an earlier run has kept, instead
  --json           print the summary as JSON, and nothing else
  --help           this text
`;

export interface FuzzArguments {
  readonly count: number;
  readonly seed: number;
  readonly corpus: string | undefined;
  readonly replay: string | undefined;
  readonly json: boolean;
  readonly help: boolean;
}

/** Throws an error whose message is for people. */
export function parseArguments(args: readonly string[]): FuzzArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      count: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '1' },
      corpus: { type: 'string' },
      replay: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { count, seed, corpus, replay, json, help } = values;
  if (!help && (positionals.length !== 1 || positionals[0] !== 'files'))
    throw new Error('What is to be fuzzed?');
  return { count: natural('count', count), seed: natural('seed', seed), corpus, replay, json, help };
}

function natural(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} takes a number, not "${text}"`);
  return Number(text);
}
