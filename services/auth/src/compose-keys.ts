import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ConfigError } from '@cairn/shared/config/parse-config';
import { fileKeyStorage } from './adapters/file-key-storage.ts';
import { secretsManagerKeyStorage } from './adapters/secrets-manager-key-storage.ts';
import type { AuthConfig } from './config.ts';
import type { SigningKeyStorage } from './domain/ports.ts';

/** Where the signing keys are kept: exactly one of the two variables says so. */
export function signingKeyStorage(
  config: Pick<AuthConfig, 'SIGNING_KEYS_FILE' | 'SIGNING_KEYS_SECRET'>,
): SigningKeyStorage {
  const { SIGNING_KEYS_FILE: file, SIGNING_KEYS_SECRET: secret } = config;
  if (file !== undefined && secret === undefined) return fileKeyStorage(file);
  if (secret !== undefined && file === undefined) {
    return secretsManagerKeyStorage(new SecretsManagerClient({ maxAttempts: 3 }), secret);
  }
  throw new ConfigError(
    'The environment does not fit:\n  one of SIGNING_KEYS_FILE and SIGNING_KEYS_SECRET must be set',
  );
}
