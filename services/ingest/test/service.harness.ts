import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { createDocumentClient, createS3Client } from '@cairn/shared/aws/clients';
import { parseConfig } from '@cairn/shared/config/parse-config';
import { startTestIssuer } from '@cairn/shared/http/test-issuer';
import { newId } from '@cairn/shared/ids';
import { silentLogger } from '@cairn/shared/logging/logger';
import { startTestStack, type FaultyTestStack } from '@cairn/infra/local/testing';
import { tables } from '@cairn/infra/resources';
import { expect, vi } from 'vitest';
import { composeIngest } from '../src/compose.ts';
import { ingestConfig } from '../src/config.ts';
import { sha256 } from '../src/testing/builders.ts';
import type { Receipt } from '../src/http/upload-schemas.ts';

/**
 * The whole service on the embedded stack, as its own process would run it, driven over its app. On a stack that
 * is there already, `close` leaves that as it is.
 */
export async function startIngest(environment: Record<string, string> = {}, given?: FaultyTestStack) {
  const stack = given ?? (await startTestStack({ faults: true }));
  const { faults } = stack;
  const issuer = await startTestIssuer(stack.addresses.publicUrl, 'cairn');
  const config = parseConfig(ingestConfig, {
    ...stack.environmentFor('ingest'),
    JWKS_URL: issuer.jwksUrl,
    ...environment,
  });
  const parts = composeIngest({ config, logger: silentLogger() });
  await parts.start?.();
  const document = createDocumentClient();

  /** A signed-in user: what auth would have written, and a token. */
  async function aUser() {
    const userId = newId('user');
    await document.send(
      new PutCommand({ TableName: tables.users.name, Item: { asin: userId, status: 'active' } }),
    );
    const headers = {
      authorization: `Bearer ${await issuer.tokenFor(userId)}`,
      'content-type': 'application/json',
    };
    return { userId, headers };
  }
  type User = Awaited<ReturnType<typeof aUser>>;

  const post = (user: User, body: unknown) =>
    parts.app.request('/v1/uploads', {
      method: 'POST',
      headers: user.headers,
      body: JSON.stringify(body),
    });

  let isStopped = false;
  async function stop(deadlineMs = 2_000): Promise<void> {
    if (isStopped) return;
    isStopped = true;
    for (const phase of parts.shutdown) await phase.run(deadlineMs);
  }

  return {
    stack,
    faults,
    app: parts.app,
    isReady: () => parts.isReady?.() ?? true,
    document,
    s3: createS3Client(),
    config,
    aUser,
    post,
    async declare(user: User, body: unknown): Promise<Receipt> {
      const response = await post(user, body);
      const receipt = (await response.json()) as Receipt;
      expect(response.status, JSON.stringify(receipt)).toBe(201);
      return receipt;
    },
    async receipt(user: User, uploadId: string): Promise<Receipt> {
      const response = await parts.app.request(`/v1/uploads/${uploadId}`, { headers: user.headers });
      expect(response.status).toBe(200);
      return (await response.json()) as Receipt;
    },
    /** Waits until the upload is in a state that nothing follows. */
    async outcome(user: User, uploadId: string): Promise<Receipt> {
      return vi.waitFor(
        async () => {
          const receipt = await this.receipt(user, uploadId);
          expect(['published', 'rejected', 'expired', 'aborted', 'failed']).toContain(receipt.state);
          return receipt;
        },
        { timeout: 40_000, interval: 50 },
      );
    },
    /** Drains and ends the service, as SIGTERM does; the stack stays. */
    stop,
    async close() {
      await stop();
      await issuer.close();
      if (given === undefined) await stack.close();
    },
  };
}

export type IngestUnderTest = Awaited<ReturnType<typeof startIngest>>;

export function aBody(files: { path: string; bytes: Uint8Array; content_type?: string }[], more = {}) {
  return {
    name: 'Low-poly knight',
    description: 'A rigged knight.',
    kind: '3d',
    tags: ['character'],
    license: 'MIT',
    compatible_engine_ver: ['>=4.1 <5'],
    files: files.map((file) => describeFile(file)),
    ...more,
  };
}

export function describeFile(file: { path: string; bytes: Uint8Array; content_type?: string }) {
  const { path, bytes, content_type } = file;
  return {
    path,
    size: bytes.byteLength,
    sha256: sha256(bytes),
    ...(content_type === undefined ? {} : { content_type }),
  };
}

export function send(
  put: NonNullable<Receipt['files'][number]['put']> | undefined,
  body: Uint8Array<ArrayBuffer>,
) {
  if (put === undefined) throw new Error('the receipt has no PUT for the file');
  // fetch sets content-length itself, from the body.
  const { 'content-length': _, ...headers } = put.headers;
  return fetch(put.url, { method: 'PUT', headers, body });
}
