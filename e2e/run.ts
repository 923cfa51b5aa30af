import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// `npm run e2e [-- --target URL] [vitest's own arguments]`: the black-box tier, against a product of its own
// or one that is already there. Vitest has no options of ours, so the address travels in CAIRN_TARGET.
const args = process.argv.slice(2);
const target = takeTarget(args);
const vitest = fileURLToPath(new URL('vitest.mjs', import.meta.resolve('vitest/package.json')));
const child = spawn(process.execPath, [vitest, 'run', '--project', 'e2e', ...args], {
  stdio: 'inherit',
  env: { ...process.env, ...(target === undefined ? {} : { CAIRN_TARGET: target }) },
});
// Ctrl-C reaches vitest by itself; it ends the product, and then we end.
process.on('SIGINT', () => undefined);
child.once('exit', (code) => {
  process.exitCode = code ?? 1;
});

/** Takes `--target URL` or `--target=URL` out of the arguments. */
function takeTarget(from: string[]): string | undefined {
  const at = from.findIndex((each) => /^--target(=|$)/.test(each));
  if (at === -1) return undefined;
  const [option = '', value = ''] = from.splice(at, from[at] === '--target' ? 2 : 1);
  return option.includes('=') ? option.slice('--target='.length) : value;
}
