import type { KeyStore } from '../domain/ports.ts';
import { generateSigningKeySet, parseSigningKeySet } from './signing-key-set.ts';

export async function memoryKeyStore(): Promise<KeyStore> {
  return parseSigningKeySet(JSON.stringify(await generateSigningKeySet(new Date())));
}
