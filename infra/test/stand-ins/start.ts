import { fileURLToPath } from 'node:url';
import { startCommand } from '../../local/start-command.ts';

/* What `npm start` runs, with a stand-in for each service. */
process.exitCode = await startCommand({
  args: process.argv.slice(2),
  root: process.cwd(),
  entryOf: () => fileURLToPath(new URL('service.ts', import.meta.url)),
  print: (text) => process.stdout.write(`${text}\n`),
  complain: (text) => process.stderr.write(`${text}\n`),
});
