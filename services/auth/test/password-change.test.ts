import { startTestStack, type TestStack } from '@cairn/infra/local/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { PASSWORD } from '../src/testing/builders.ts';
import { composeForTest, signedIn, storedItems, type TestAuth } from './auth.harness.ts';
import { faultyDocument, type Fault } from './faulty-document.ts';

const NEXT = 'a password nobody knows';

let stack: TestStack;
let healthy: TestAuth;
beforeAll(async () => {
  stack = await startTestStack();
  healthy = await composeForTest(stack);
});
afterAll(async () => {
  await healthy.stop();
  await stack.close();
});

const send = async (auth: TestAuth, method: string, path: string, body: object, token?: string) =>
  auth.app.request(path, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });

interface Opened {
  readonly token: string;
  readonly refresh_token: string;
  readonly user: { readonly asin: string };
}
const opened = async (answer: Response): Promise<Opened> => (await signedIn(answer)) as unknown as Opened;

describe('a change of password', () => {
  // The new hash; the revocation of the other session, and its end.
  const steps = [1, 2, 3];
  const faults: Fault[] = ['lose-answer', 'lose-every-answer', 'die-before'];

  test.each(faults.flatMap((fault) => steps.map((step) => [fault, step] as const)))(
    'with the fault %s at write %i leaves one password, and no session of another',
    async (fault, step) => {
      const name = `changing-${fault}-${step}`;
      const own = await opened(await healthy.register(name));
      const other = await opened(await healthy.signIn(name));
      const { document } = faultyDocument((n) => (n === step ? fault : undefined));
      const faulty = await composeForTest(stack, { document });
      const wanted = { current_password: PASSWORD, new_password: NEXT };
      const { status } = await send(faulty, 'PUT', '/v1/users/me/password', wanted, own.token);
      expect(status === 204 ? 'lose-answer' : status >= 500 && fault).toBe(fault);

      // Only who died before the first write has changed nothing.
      const changed = !(fault === 'die-before' && step === 1);
      const refresh = async ({ refresh_token }: Opened) =>
        (await send(healthy, 'POST', '/v1/sessions/refresh', { refresh_token })).status;
      expect(await refresh(other)).toBe(changed ? 401 : 200);
      expect(await refresh(own)).toBe(200);
      expect((await healthy.signIn(name, changed ? PASSWORD : NEXT)).status).toBe(401);
      expect((await healthy.signIn(name, changed ? NEXT : PASSWORD)).status).toBe(201);

      const sweeper = await composeForTest(stack);
      await sweeper.start?.();
      await vi.waitFor(async () => {
        // The own one and the sign-in from above; the other one where nothing was changed.
        expect(await storedItems().sessionsOf(own.user.asin)).toHaveLength(changed ? 2 : 3);
      }, 40_000);
      await sweeper.stop();
    },
  );
});
