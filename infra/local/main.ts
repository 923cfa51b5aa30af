import { fileURLToPath } from 'node:url';
import { startCommand } from './start-command.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

process.exitCode = await startCommand({
  args: process.argv.slice(2),
  root,
  entryOf: (service) => fileURLToPath(new URL(`../../services/${service}/src/main.ts`, import.meta.url)),
  print: (text) => console.log(text),
  complain: (text) => console.error(text),
});
