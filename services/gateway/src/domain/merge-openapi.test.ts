import { describe, expect, it } from 'vitest';
import { mergeOpenApi, serviceDocument } from './merge-openapi.ts';

const info = { title: 'All', description: 'of it', version: '1' };
const operation = (operationId: string, tags: string[] = []) => ({ operationId, tags, responses: {} });

function merge(
  documents: Record<string, object>,
  isRouted: (service: string, path: string) => boolean = () => true,
) {
  const parsed = Object.entries(documents).map(
    ([name, document]) => [name, serviceDocument.parse({ openapi: '3.1.0', ...document })] as const,
  );
  return mergeOpenApi(new Map(parsed), { publicUrl: 'https://api.example', info, isRouted });
}

describe('merging OpenAPI documents', () => {
  it('joins paths, methods of one path, components and tags', () => {
    const { document, conflicts } = merge({
      a: {
        paths: { '/x': { get: operation('GetX', ['One']) } },
        components: { schemas: { A: { type: 'string' }, Both: { type: 'object', properties: {} } } },
        tags: [{ name: 'One', description: 'first' }],
      },
      b: {
        paths: { '/x': { post: operation('PostX', ['One', 'Two']) }, '/y': { get: operation('GetY') } },
        components: {
          schemas: { Both: { properties: {}, type: 'object' } },
          securitySchemes: { bearer: {} },
        },
      },
    });
    expect(conflicts).toEqual([]);
    expect(document).toEqual({
      openapi: '3.1.0',
      info,
      servers: [{ url: 'https://api.example' }],
      tags: [{ name: 'One', description: 'first' }, { name: 'Two' }],
      paths: {
        '/x': { get: operation('GetX', ['One']), post: operation('PostX', ['One', 'Two']) },
        '/y': { get: operation('GetY') },
      },
      components: {
        schemas: { A: { type: 'string' }, Both: { type: 'object', properties: {} } },
        securitySchemes: { bearer: {} },
      },
    });
  });

  it('finds components of one name that differ', () => {
    const { document, conflicts } = merge({
      a: { components: { schemas: { Thing: { type: 'string' } } } },
      b: { components: { schemas: { Thing: { type: 'number' } } } },
    });
    expect(conflicts).toEqual(['components.schemas.Thing of b differs']);
    expect(document.components).toEqual({ schemas: { Thing: { type: 'string' } } });
  });

  it('finds operations that two services claim, and operation ids that are not unique', () => {
    const { conflicts } = merge({
      a: { paths: { '/x': { get: operation('GetX') } } },
      b: { paths: { '/x': { get: operation('GetOther') }, '/y': { get: operation('GetX') } } },
    });
    expect(conflicts).toEqual(['get /x of b is there already', "operationId GetX of b is a's"]);
  });

  it('leaves out what the gateway does not send to the service', () => {
    const { document, conflicts } = merge(
      { a: { paths: { '/internal': { get: operation('GetInternal') }, '/x': { get: operation('GetX') } } } },
      (service, path) => service === 'a' && path === '/x',
    );
    expect(conflicts).toEqual(['/internal of a is not routed to it']);
    expect(Object.keys(document.paths as object)).toEqual(['/x']);
  });

  it('takes no document of another version', () => {
    expect(serviceDocument.safeParse({ openapi: '3.0.3', paths: {} }).success).toBe(false);
  });
});
