import { spawn } from 'node:child_process';
import { createServer } from 'node:http';

/* Stands in for a service: answers /readyz, tells its environment, and dies when it is asked to. */
const server = createServer((request, response) => {
  if (request.url === '/die') {
    process.stdout.write(`${JSON.stringify({ level: 'fatal', msg: 'asked to die' })}\n`);
    process.exit(3);
  }
  const answers: Record<string, unknown> = {
    '/readyz': { status: 'ready' },
    '/environment': process.env,
  };
  const answer = request.url === '/grandchild' ? aGrandchild() : answers[request.url ?? ''];
  response.end(JSON.stringify(answer ?? null));
});

/** The pid of a process that this one has started, and that does nothing. */
function aGrandchild(): number | undefined {
  return spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' }).pid;
}

if (process.env.NEVER_STARTS !== undefined) throw new Error('the stand-in does not start');
server.listen(Number(process.env.PORT), process.env.HOST);
process.on('SIGTERM', () => {
  if (process.env.NEVER_STOPS !== undefined) return;
  process.stdout.write(`stopped at ${Date.now()}\n`);
  process.exit(0);
});
