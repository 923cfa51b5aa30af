import { setTimeout as delay } from 'node:timers/promises';
import { reasonOf } from '@cairn/shared/messaging/dead-letter';
import { parseArguments, USAGE, UsageError } from './arguments.ts';
import { connect } from './connect.ts';
import { openDeadLetters } from './dead-letter-queue.ts';
import { listLetters, type QueueListing } from './list-letters.ts';
import { redriveLetters, type RedriveResult } from './redrive-letters.ts';
import { listingText, redriveText } from './report.ts';

// `npm run dlq`: what could not be handled, why, and the way back.
const LISTED = 100;

async function main(): Promise<void> {
  const options = parseArguments(process.argv.slice(2));
  if (options.command === 'help') return console.log(USAGE);
  const { sqs, name } = await connect(options, process.env);
  console.error(`Queues of ${name}`);

  const listings: QueueListing[] = [];
  const results: RedriveResult[] = [];
  for (const source of options.queues) {
    const queue = await openDeadLetters(sqs, source);
    if (options.command === 'list') listings.push(await listLetters(queue, options.max ?? LISTED));
    else {
      const moved = results.reduce((sum, each) => sum + each.moved, 0);
      const max = options.max === undefined ? undefined : options.max - moved;
      const onProgress = (n: number) => {
        if (process.stderr.isTTY) process.stderr.write(`\r${source}: ${n} moved`);
      };
      const pause = (ms: number) => delay(ms);
      results.push(
        await redriveLetters(queue, { ...options, max, now: () => new Date(), pause, onProgress }),
      );
    }
  }
  if (process.stderr.isTTY && results.length > 0) process.stderr.write('\n');
  if (options.json) console.log(JSON.stringify(options.command === 'list' ? listings : results));
  else console.log(options.command === 'list' ? listingText(listings, new Date()) : redriveText(results));
}

try {
  await main();
} catch (error) {
  // Of what AWS says only class and code: its text may name more than a terminal should keep.
  console.error(
    error instanceof UsageError ? error.message : `The queues cannot be used: ${reasonOf(error)}`,
  );
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
