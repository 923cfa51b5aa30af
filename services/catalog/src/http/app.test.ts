import { describe, expect, it } from 'vitest';
import { memoryCatalog } from '../testing/memory-catalog.ts';

interface Operation {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  responses?: Record<string, unknown>;
}

/** What each route asks of its caller; a route that is not here fails the test (I9). */
const MATRIX: Record<string, { operationId: string; security: Record<string, string[]>[] }> = {
  'get /v1/assets': { operationId: 'SearchAssets', security: [{}, { bearer: [] }] },
  'get /v1/assets/{asin}': { operationId: 'GetAsset', security: [{}, { bearer: [] }] },
  'get /v1/assets/{asin}/stats': { operationId: 'GetAssetStats', security: [{}, { bearer: [] }] },
  'get /v1/assets/{asin}/releases/{version}': { operationId: 'GetRelease', security: [{}, { bearer: [] }] },
  'get /v1/assets/{asin}/download': { operationId: 'DownloadAsset', security: [{}, { bearer: [] }] },
  'get /v1/assets/{asin}/releases/{version}/files/{file_id}/download': {
    operationId: 'DownloadFile',
    security: [{}, { bearer: [] }],
  },
  'get /v1/assets/{asin}/releases/{version}/files/{file_id}/manifest': {
    operationId: 'GetManifest',
    security: [{}, { bearer: [] }],
  },
  'get /v1/assets/{asin}/releases/{version}/files/{file_id}/entry': {
    operationId: 'GetArchiveEntry',
    security: [{}, { bearer: [] }],
  },
  'get /v1/assets/{asin}/releases': { operationId: 'ListReleases', security: [{}, { bearer: [] }] },
  'get /v1/assets/{asin}/releases/newest': {
    operationId: 'GetNewestRelease',
    security: [{}, { bearer: [] }],
  },
  'get /v1/owners/{user_id}': { operationId: 'GetOwner', security: [{}, { bearer: [] }] },
  'get /v1/tags': { operationId: 'ListTags', security: [{}, { bearer: [] }] },
  'get /v1/licenses': { operationId: 'ListLicenses', security: [{}, { bearer: [] }] },
  'get /v1/engines': { operationId: 'ListEngines', security: [{}, { bearer: [] }] },
  'put /v1/assets/{asin}/co_owners/{user_id}': {
    operationId: 'AddCoOwner',
    security: [{ bearer: ['assets:write'] }],
  },
  'delete /v1/assets/{asin}/co_owners/{user_id}': {
    operationId: 'RemoveCoOwner',
    security: [{ bearer: ['assets:write'] }],
  },
  'put /v1/assets/{asin}/releases/{version}/yank': {
    operationId: 'YankRelease',
    security: [{ bearer: ['assets:write'] }],
  },
  'delete /v1/assets/{asin}/releases/{version}/yank': {
    operationId: 'UnyankRelease',
    security: [{ bearer: ['assets:write'] }],
  },
  'delete /v1/assets/{asin}/releases/{version}': {
    operationId: 'DeleteRelease',
    security: [{ bearer: ['assets:write'] }],
  },
  'put /v1/assets/{asin}/moderation': {
    operationId: 'ModerateAsset',
    security: [{ bearer: ['assets:write'] }],
  },
  'get /v1/assets/{asin}/moderation': {
    operationId: 'GetModerationLog',
    security: [{ bearer: ['assets:write'] }],
  },
  'patch /v1/assets/{asin}': { operationId: 'EditAsset', security: [{ bearer: ['assets:write'] }] },
  'delete /v1/assets/{asin}': { operationId: 'DeleteAsset', security: [{ bearer: ['assets:write'] }] },
};

describe('the OpenAPI document', () => {
  it('declares every operation, what it is for, and whom it is for', async () => {
    const { app } = memoryCatalog();
    const document = (await (await app.request('/openapi.json')).json()) as {
      openapi: string;
      paths: Record<string, Record<string, Operation>>;
    };
    expect(document.openapi).toBe('3.1.0');
    const declared = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method} ${path}`, operation] as const),
    );
    expect(
      Object.fromEntries(
        declared.map(([name, { operationId, security }]) => [name, { operationId, security }]),
      ),
    ).toEqual(MATRIX);
    for (const [, operation] of declared) {
      expect(operation.summary).toBeTruthy();
      expect(operation.description).toBeTruthy();
      expect(operation.tags).not.toEqual([]);
    }
  });
});

it.each(['POST', 'PUT', 'DELETE'])('%s on the list is 405 and says what is allowed', async (method) => {
  const answer = await memoryCatalog().request('/v1/assets', { method });
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});
