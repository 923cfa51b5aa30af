import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_PORTS } from './ports.ts';
import { UserError } from './user-error.ts';

export interface StartArguments {
  readonly help: boolean;
  readonly json: boolean;
  readonly freePorts: boolean;
  readonly port: number | undefined;
  readonly dataDir: string;
  /** More variables for the services, over those that the stack gives them. */
  readonly env: Readonly<Record<string, string>>;
}

export const USAGE = `Usage: npm start -- [options]

  --port N          port of the API (${DEFAULT_PORTS.gateway})
  --data DIR        where everything is kept (.cairn)
  --free-ports      take any free ports, for tests and a second copy
  --json            print one line of JSON when ready, for programs
  --env NAME=VALUE  one more variable for the services; may be repeated
  --help            this text
`;

/** `root` is where relative defaults start; what is given is relative to the current folder. */
export function parseArguments(args: readonly string[], root: string): StartArguments {
  const values = parse(args);
  return {
    help: values.help ?? false,
    json: values.json ?? false,
    freePorts: values['free-ports'] ?? false,
    port: values.port === undefined ? undefined : parsePort(values.port),
    dataDir: values.data === undefined ? resolve(root, '.cairn') : resolve(values.data),
    env: Object.fromEntries((values.env ?? []).map(parseVariable)),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        'free-ports': { type: 'boolean' },
        json: { type: 'boolean' },
        env: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new UserError(`--port takes a number from 1 to 65535, not "${text}".`);
}

function parseVariable(text: string): [string, string] {
  const [, name, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new UserError('--env takes NAME=VALUE, with the name in capital letters.');
}
