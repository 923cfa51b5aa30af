import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint } from 'jose';
import { z } from '@hono/zod-openapi';
import type { KeyStore, PublicJwk } from '../domain/ports.ts';

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/);

const storedKey = z.strictObject({
  kid: z.string().min(1),
  /**
   * `current` signs; `standby` is published ahead, so that verifiers know it before it signs; `retired` has
   * signed what may still be good.
   */
  role: z.enum(['current', 'standby', 'retired']),
  created_at: z.iso.datetime(),
  retired_at: z.iso.datetime().optional(),
  private_jwk: z.strictObject({
    kty: z.literal('RSA'),
    n: base64url,
    e: base64url,
    d: base64url,
    p: base64url,
    q: base64url,
    dp: base64url,
    dq: base64url,
    qi: base64url,
  }),
});

const storedKeySet = z.strictObject({ keys: z.array(storedKey).min(2) });

export type StoredKey = z.infer<typeof storedKey>;
export type StoredKeySet = z.infer<typeof storedKeySet>;

/** Says what is wrong with a set of keys, and never what is in it. */
export class SigningKeyError extends Error {
  override readonly name = 'SigningKeyError';
}

export async function generateSigningKeySet(now: Date): Promise<StoredKeySet> {
  const keys = await Promise.all([generateKey('current', now), generateKey('standby', now)]);
  return { keys };
}

/** Checks a set as it was stored: shape, roles, ids, and that every private key is whole. */
export async function parseSigningKeySet(text: string): Promise<KeyStore> {
  const { keys } = parseStoredKeySet(text);
  const opened = await Promise.all(keys.map(openKey));
  const current = opened.filter((key) => key.role === 'current');
  if (current[0] === undefined || current.length > 1) {
    throw new SigningKeyError('exactly one signing key must be current');
  }
  if (!opened.some((key) => key.role === 'standby')) {
    throw new SigningKeyError('a standby must be published beside the signing key');
  }
  if (new Set(opened.map((key) => key.kid)).size !== opened.length) {
    throw new SigningKeyError('a signing key is there twice');
  }
  const { kid, privateKey } = current[0];
  const published = opened.map((key) => key.publicJwk);
  return { signingKey: async () => ({ kid, privateKey }), publicKeys: async () => published };
}

/** The shape alone, as it is enough to change a set. */
export function parseStoredKeySet(text: string): StoredKeySet {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new SigningKeyError('the signing keys are not valid JSON');
  }
  const parsed = storedKeySet.safeParse(json);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map((issue) => `/${issue.path.map(String).join('/')} (${issue.code})`);
  throw new SigningKeyError(`the signing keys are not of the expected form: ${places.join(', ')}`);
}

interface OpenedKey {
  kid: string;
  role: StoredKey['role'];
  privateKey: KeyObject;
  publicJwk: PublicJwk;
}

async function openKey({ kid, role, private_jwk: jwk }: StoredKey): Promise<OpenedKey> {
  const { kty, n, e } = jwk;
  if ((await calculateJwkThumbprint({ kty, n, e })) !== kid) {
    throw new SigningKeyError('a signing key does not belong to its id');
  }
  const privateKey = openWhole(jwk);
  return { kid, role, privateKey, publicJwk: { kty, use: 'sig', alg: 'RS256', kid, n, e } };
}

/** OpenSSL takes numbers that do not belong together; only a signature that verifies shows that they do. */
function openWhole(jwk: StoredKey['private_jwk']): KeyObject {
  const probe = Buffer.from('probe');
  let privateKey: KeyObject;
  let whole: boolean;
  try {
    privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
    const publicKey = createPublicKey({ key: { kty: jwk.kty, n: jwk.n, e: jwk.e }, format: 'jwk' });
    whole = verify('sha256', probe, publicKey, sign('sha256', probe, privateKey));
  } catch {
    throw new SigningKeyError('a signing key is damaged');
  }
  if (!whole) throw new SigningKeyError('a signing key is damaged');
  if ((privateKey.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) {
    throw new SigningKeyError('a signing key has fewer than 2048 bits');
  }
  return privateKey;
}

const generate = promisify(generateKeyPair);

export const storedKeySetText = (set: StoredKeySet): string => `${JSON.stringify(set, null, 2)}\n`;

/** The id is the RFC 7638 thumbprint of the public half. */
export async function generateKey(role: StoredKey['role'], now: Date): Promise<StoredKey> {
  const { privateKey } = await generate('rsa', { modulusLength: 2048 });
  const jwk = storedKey.shape.private_jwk.parse(privateKey.export({ format: 'jwk' }));
  const kid = await calculateJwkThumbprint({ kty: jwk.kty, n: jwk.n, e: jwk.e });
  return { kid, role, created_at: now.toISOString(), private_jwk: jwk };
}
