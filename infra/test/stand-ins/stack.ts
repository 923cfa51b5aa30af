import { startLocalStack } from '../../local/stack.ts';

/* The embedded stack in a process of its own, to be killed. Prints how to reach it. */
const stack = await startLocalStack({ dataDir: process.argv[2] ?? '' });
process.stdout.write(`${JSON.stringify(stack.connection)}\n`);
