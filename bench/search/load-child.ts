import { closedLoop } from '../measure/closed-loop.ts';
import { createScope } from '../scope.ts';
import { answerRequests } from './answer-requests.ts';
import { begunAt } from './search-paths.ts';

// Clients in a process of their own, so that none waits for what others do with their answers.
const scope = createScope();

answerRequests(async (request) => {
  if (request.type !== 'load') throw new Error(`${request.type} is another child's`);
  const { url, paths, clients, seconds } = request;
  return await closedLoop({ url, clients, seconds, pathsOf: (n) => begunAt(paths, n / clients) }, scope);
});
