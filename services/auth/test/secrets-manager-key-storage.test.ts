import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { newId } from '@cairn/shared/ids';
import { afterAll } from 'vitest';
import { secretsManagerKeyStorage } from '../src/adapters/secrets-manager-key-storage.ts';
import { keyStorageContract } from '../src/contracts/key-storage.contract.ts';
import { startSecretsManagerServer } from '../src/testing/secrets-manager-server.ts';

const server = await startSecretsManagerServer();
const client = new SecretsManagerClient({
  endpoint: server.url,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

keyStorageContract('in Secrets Manager', () =>
  secretsManagerKeyStorage(client, `signing-keys/${newId('token')}`),
);
