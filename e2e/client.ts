import { createApiClient, type ApiAnswer, type ApiClient } from '@cairn/tools/client/api-client';
import { expect, inject } from 'vitest';
import { readApiDocument, type ApiDocument } from './openapi-document.ts';
import './provided.ts';

/** The document of the product under test, fetched once a test file. */
let document: Promise<ApiDocument> | undefined;

export function apiDocument(): Promise<ApiDocument> {
  document ??= fetch(`${inject('productUrl')}/openapi.json`).then(async (response) =>
    readApiDocument((await response.json()) as Record<string, unknown>),
  );
  return document;
}

/** The API of the product under test; every answer that a test sees is checked against the document. */
export async function apiUnderTest(): Promise<ApiClient> {
  const described = await apiDocument();
  return createApiClient(inject('productUrl'), { observe: (answer) => described.check(answer) });
}

/** Asserts one documented refusal, in the one error shape. */
export function expectProblem(answer: ApiAnswer, status: number, code: string): void {
  expect({ status: answer.status, body: answer.body }).toMatchObject({
    status,
    body: { type: `urn:cairn:problem:${code}`, status, code, title: expect.any(String) },
  });
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const { request_id } = answer.body as { request_id: string };
  expect(answer.headers.get('x-request-id')).toBe(request_id);
  expect(JSON.stringify(answer.body)).not.toMatch(/\bat .*\.(ts|js):\d+|X-Amz-|node_modules/);
}
