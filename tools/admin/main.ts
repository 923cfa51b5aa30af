import { openAdministration } from '@cairn/auth/administration';
import { DomainError } from '@cairn/shared/errors/domain-error';
import { reasonOf } from '@cairn/shared/messaging/dead-letter';
import { parseArguments, USAGE, UsageError } from './arguments.ts';
import { connect } from './connect.ts';

// `npm run admin`: the first administrator, and a way back in when the last one is gone.
async function main(): Promise<void> {
  const options = parseArguments(process.argv.slice(2));
  if (options.command === 'help') return console.log(USAGE);
  const document = await connect(options, process.env);
  const administration = openAdministration(document, options.table);
  const tell = (text: string, json: unknown) => console.log(options.json ? JSON.stringify(json) : text);

  if (options.command === 'list') {
    const staff = await administration.staff();
    const lines = staff.map(({ asin, role, username }) => `${role.padEnd(10)} ${asin}  ${username}`);
    return tell(lines.join('\n') || 'There is no administrator and no moderator.', staff);
  }
  const { username, role, reason } = options;
  const changed = await administration.setRole(username, role, reason);
  if (changed === 'unknown') throw new UsageError(`There is no user "${username}".`);
  tell(`${username} is ${role}. It counts with the next sign-in or refresh.`, { ...changed, role });
}

try {
  await main();
} catch (error) {
  const isOurs = error instanceof UsageError || error instanceof DomainError;
  // Of what AWS says only class and code: its text may name more than a terminal should keep.
  if (error instanceof DomainError) console.error(`Refused: ${error.code}. ${error.hint ?? ''}`);
  else console.error(isOurs ? error.message : `The table cannot be used: ${reasonOf(error)}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
