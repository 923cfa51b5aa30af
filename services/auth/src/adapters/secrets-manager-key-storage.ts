import { createHash } from 'node:crypto';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { SigningKeyStorage } from '../domain/ports.ts';

/**
 * One secret. Secrets Manager has no conditional write, but refuses a second content under one version id: the
 * id of a new version is made of the one that it replaces, so of two who replace the same one the later fails.
 */
export function secretsManagerKeyStorage(
  client: Pick<SecretsManagerClient, 'send'>,
  secretId: string,
): SigningKeyStorage {
  async function read() {
    try {
      const { SecretString, VersionId } = await client.send(
        new GetSecretValueCommand({ SecretId: secretId }),
      );
      if (SecretString === undefined || VersionId === undefined) return undefined;
      return { text: SecretString, version: VersionId };
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  /** The secret may have been made without a value, by whoever described the deployment. */
  async function store(text: string, ClientRequestToken: string): Promise<void> {
    try {
      await client.send(
        new PutSecretValueCommand({ SecretId: secretId, SecretString: text, ClientRequestToken }),
      );
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
      await client.send(new CreateSecretCommand({ Name: secretId, SecretString: text, ClientRequestToken }));
    }
  }

  return {
    read,
    async write(text, replacing) {
      const current = await read();
      if (current?.version !== replacing) return current?.text === text;
      try {
        await store(text, versionAfter(replacing));
        return true;
      } catch (error) {
        if (error instanceof ResourceExistsException) return false;
        throw error;
      }
    },
  };
}

/** In the form of a UUID, which version ids have. */
function versionAfter(version: string | undefined): string {
  const hex = createHash('sha256')
    .update(`after ${version ?? 'nothing'}`)
    .digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
