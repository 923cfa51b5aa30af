import { parseArgs } from 'node:util';
import { changeStoredKeys, rotated, withoutKey } from '../adapters/signing-key-rotation.ts';
import { parseStoredKeySet, SigningKeyError, type StoredKeySet } from '../adapters/signing-key-set.ts';
import { signingKeyStorage } from '../compose-keys.ts';

const USAGE = `Usage: npm run auth-keys -- <command> [--file PATH | --secret NAME]

  list             the signing keys by role
  rotate           the standby signs from now on; --at-once: also when it was published only just now
  remove KID       what this key has signed is refused everywhere within ten minutes, API keys too

The keys are those of SIGNING_KEYS_FILE or SIGNING_KEYS_SECRET unless an option says otherwise.
`;

async function run(args: readonly string[]): Promise<string> {
  const { kid, others } = withoutKid(args);
  const { values, positionals } = parseArgs({
    args: others,
    allowPositionals: true,
    options: {
      file: { type: 'string' },
      secret: { type: 'string' },
      'at-once': { type: 'boolean', default: false },
    },
  });
  const named = values.file !== undefined || values.secret !== undefined;
  const storage = signingKeyStorage({
    SIGNING_KEYS_FILE: named ? values.file : process.env['SIGNING_KEYS_FILE'],
    SIGNING_KEYS_SECRET: named ? values.secret : process.env['SIGNING_KEYS_SECRET'],
  });
  const [command, ...more] = positionals;
  const now = new Date();
  if (command === 'list' && more.length === 0) {
    const stored = await storage.read();
    if (stored === undefined) throw new SigningKeyError('there are no signing keys yet: start auth once');
    return described(parseStoredKeySet(stored.text));
  }
  if (command === 'rotate' && more.length === 0) {
    return described(
      await changeStoredKeys(storage, (set) => rotated(set, now, { atOnce: values['at-once'] })),
    );
  }
  if (command === 'remove' && kid !== undefined && more.length === 0) {
    return described(await changeStoredKeys(storage, (set) => withoutKey(set, kid, now)));
  }
  throw new SigningKeyError(USAGE);
}

const OPTION = /^--(file|secret|at-once)(=|$)/;

/** One in sixty-four kids begins with a hyphen, and must not be taken for an option. */
function withoutKid(args: readonly string[]): { kid: string | undefined; others: string[] } {
  const [command, kid, ...rest] = args;
  if (command !== 'remove' || kid === undefined || OPTION.test(kid)) {
    return { kid: undefined, others: [...args] };
  }
  return { kid, others: [command, ...rest] };
}

const described = ({ keys }: StoredKeySet): string =>
  keys
    .map(({ role, kid, created_at, retired_at }) =>
      [role.padEnd(7), kid, `made ${created_at}`, retired_at === undefined ? '' : `retired ${retired_at}`]
        .join('  ')
        .trimEnd(),
    )
    .join('\n');

try {
  process.stdout.write(`${await run(process.argv.slice(2))}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
