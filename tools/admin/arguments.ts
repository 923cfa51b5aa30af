import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run admin -- grant  USERNAME [--role admin|moderator] [--reason TEXT]
       npm run admin -- revoke USERNAME [--reason TEXT]
       npm run admin -- list

grant makes a user administrator, or moderator; revoke takes the role again. Both are recorded in the audit
log. The first administrator comes from here; the others can come from PUT /v1/users/{asin}/role.

  --role ROLE    admin (usual) or moderator
  --reason TEXT  what the audit log says of it
  --table NAME   the table of users (users)
  --json         one JSON document instead of text
  --data DIR     the local product whose data is in DIR (.cairn)
  --port N       where its DynamoDB answers (8085)
  --help         this text

It works on the local product, unless AWS_REGION, AWS_PROFILE or AWS_ENDPOINT_URL are set and --data is not.
`;

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

interface Connection {
  readonly table: string;
  readonly json: boolean;
  readonly dataDir: string | undefined;
  readonly port: number | undefined;
}

export type AdminArguments = Connection &
  (
    | { readonly command: 'help' }
    | { readonly command: 'list' }
    | {
        readonly command: 'set';
        readonly username: string;
        readonly role: 'user' | 'moderator' | 'admin';
        readonly reason: string;
      }
  );

/** Throws a `UsageError` whose message is for the person at the keyboard. */
export function parseArguments(args: readonly string[]): AdminArguments {
  const { values, positionals } = parse(args);
  const connection = {
    table: values.table ?? 'users',
    json: values.json ?? false,
    dataDir: values.data,
    port: portOf(values.port),
  };
  if (values.help === true) return { ...connection, command: 'help' };
  const [command, username, ...rest] = positionals;
  if (command === 'list' && username === undefined) return { ...connection, command };
  const wanted = values.role ?? 'admin';
  const role = command === 'revoke' && values.role === undefined ? 'user' : wanted;
  const isKnown = command === 'grant' ? role === 'admin' || role === 'moderator' : role === 'user';
  if ((command !== 'grant' && command !== 'revoke') || username === undefined || rest.length > 0) {
    throw new UsageError(`What shall be done? grant, revoke or list.\n\n${USAGE}`);
  }
  if (!isKnown) throw new UsageError('--role goes with grant, and is admin or moderator.');
  return {
    ...connection,
    command: 'set',
    username,
    role: role as 'user' | 'moderator' | 'admin',
    reason: values.reason ?? (command === 'grant' ? 'Granted.' : 'Revoked.'),
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { role: text, reason: text, table: text, data: text, port: text, json: flag, help: flag },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : 'What is that?'}\n\n${USAGE}`);
  }
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new UsageError('--port is a number.');
}
