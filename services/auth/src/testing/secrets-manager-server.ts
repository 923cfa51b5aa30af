import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface Call {
  readonly SecretId?: string;
  readonly Name?: string;
  readonly SecretString?: string;
  readonly ClientRequestToken?: string;
}

/** What Secrets Manager documents of the three calls that are used, for the SDK to speak to. */
export async function startSecretsManagerServer() {
  const secrets = new Map<string, { versions: Map<string, string>; current: string }>();

  function answer(action: string, call: Call): object | { __type: string } {
    const secret = secrets.get(call.SecretId ?? call.Name ?? '');
    const { SecretString = '', ClientRequestToken = '' } = call;
    switch (action) {
      case 'GetSecretValue':
        return secret === undefined
          ? { __type: 'ResourceNotFoundException' }
          : { SecretString: secret.versions.get(secret.current), VersionId: secret.current };
      case 'CreateSecret':
        if (secret !== undefined) return { __type: 'ResourceExistsException' };
        secrets.set(call.Name ?? '', {
          versions: new Map([[ClientRequestToken, SecretString]]),
          current: ClientRequestToken,
        });
        return { Name: call.Name, VersionId: ClientRequestToken };
      case 'PutSecretValue': {
        if (secret === undefined) return { __type: 'ResourceNotFoundException' };
        const known = secret.versions.get(ClientRequestToken);
        if (known !== undefined && known !== SecretString) return { __type: 'ResourceExistsException' };
        secret.versions.set(ClientRequestToken, SecretString);
        secret.current = ClientRequestToken;
        return { VersionId: ClientRequestToken };
      }
      default:
        return { __type: 'InvalidRequestException' };
    }
  }

  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
      const result = answer(action, JSON.parse(body) as Call);
      response.writeHead('__type' in result ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(result));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
