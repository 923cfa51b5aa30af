import { createPublicKey, sign, verify } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { describe, expect, test } from 'vitest';
import type { KeyStore } from '../domain/ports.ts';

/** What every `KeyStore` does. */
export function keyStoreContract(name: string, underTest: () => KeyStore): void {
  describe(`key store ${name}`, () => {
    test('the key that signs is published, and a standby beside it', async () => {
      const keys = underTest();
      const { kid, privateKey } = await keys.signingKey();
      const published = await keys.publicKeys();
      expect(published).toHaveLength(2);
      expect(new Set(published.map((key) => key.kid)).size).toBe(2);
      const own = published.find((key) => key.kid === kid);
      expect(own).toBeDefined();
      const data = Buffer.from('data');
      const publicKey = createPublicKey({
        key: { kty: 'RSA', n: own?.n ?? '', e: own?.e ?? '' },
        format: 'jwk',
      });
      expect(verify('sha256', data, publicKey, sign('sha256', data, privateKey))).toBe(true);
    });

    test('what is published has 2048 bits, its RFC 7638 thumbprint as id, and nothing private', async () => {
      for (const key of await underTest().publicKeys()) {
        expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
        expect(Buffer.from(key.n, 'base64url')).toHaveLength(256);
        expect(key.kid).toBe(await calculateJwkThumbprint({ kty: key.kty, n: key.n, e: key.e }));
      }
    });
  });
}
