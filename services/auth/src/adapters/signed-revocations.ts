import type { KeyStore } from '../domain/ports.ts';
import type { CurrentRevocations } from './current-revocations.ts';
import { signRevocations } from './jose-tokens.ts';

/** The list as it is published; one that was signed serves until there is another, or another key. */
export function signedRevocations(deps: {
  token: { keys: KeyStore; issuer: string; audience: string };
  revocations: Pick<CurrentRevocations, 'all'>;
}): () => Promise<string> {
  let last: { of: object; kid: string; text: Promise<string> } | undefined;
  return async () => {
    const list = await deps.revocations.all();
    const { kid } = await deps.token.keys.signingKey();
    if (last?.of !== list || last.kid !== kid) {
      const iat = Math.floor(list.at.getTime() / 1_000);
      last = { of: list, kid, text: signRevocations(deps.token, { iat, revoked: [...list.ids] }) };
    }
    return last.text;
  };
}
