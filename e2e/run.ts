import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// `npm run e2e [-- --target URL] [vitest's own arguments]`: the black-box tier, against a product of its own
// or one that is already there. With `--data FOLDER` (its signing-keys.json and credentials.json) and
// `--dynamodb-port PORT` also what needs the keys and tables of a product that is there.
// Vitest has no options of ours, so they travel in variables.
const OPTIONS = {
  target: 'CAIRN_TARGET',
  data: 'CAIRN_TARGET_DATA',
  'dynamodb-port': 'CAIRN_TARGET_DYNAMODB_PORT',
} as const;
/** They start and kill products of their own, whatever the target is. */
const OF_THEIR_OWN = ['e2e/crash.test.ts', 'e2e/deleted-while-publishing.test.ts'];

const args = process.argv.slice(2);
const given = Object.entries(OPTIONS).flatMap(([option, variable]) => {
  const value = take(args, option);
  return value === undefined ? [] : [[variable, value] as const];
});
if (given.some(([variable]) => variable === 'CAIRN_TARGET')) {
  process.stdout.write(
    `not run against a target, since they start products of their own: ${OF_THEIR_OWN.join(', ')}\n`,
  );
  args.push(...OF_THEIR_OWN.flatMap((file) => ['--exclude', file]));
}
const vitest = fileURLToPath(new URL('vitest.mjs', import.meta.resolve('vitest/package.json')));
const child = spawn(process.execPath, [vitest, 'run', '--project', 'e2e', ...args], {
  stdio: 'inherit',
  env: { ...process.env, ...Object.fromEntries(given) },
});
// Ctrl-C reaches vitest by itself; it ends the product, and then we end.
process.on('SIGINT', () => undefined);
child.once('exit', (code) => {
  process.exitCode = code ?? 1;
});

/** Takes `--option VALUE` or `--option=VALUE` out of the arguments. */
function take(from: string[], option: string): string | undefined {
  const at = from.findIndex((each) => each === `--${option}` || each.startsWith(`--${option}=`));
  if (at === -1) return undefined;
  const [first = '', second] = from.splice(at, from[at] === `--${option}` ? 2 : 1);
  return first.includes('=') ? first.slice(option.length + 3) : second;
}
