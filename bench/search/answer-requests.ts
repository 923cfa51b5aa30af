import type { ChildRequest } from './child-messages.ts';

/** The child's side: one answer for each message of the parent, which asks one at a time. */
export function answerRequests(answer: (request: ChildRequest) => Promise<unknown>): void {
  process.on('message', (request: ChildRequest) => {
    answer(request).then(
      (value) => process.send?.({ value }),
      (error: unknown) => {
        process.stderr.write(`${String((error as Error).stack)}\n`);
        process.exit(1);
      },
    );
  });
  process.on('disconnect', () => process.exit());
}
