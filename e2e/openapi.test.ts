import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { apiDocument } from './client.ts';
import { objectOf, type Operation } from './openapi-document.ts';

const { content, operations } = await apiDocument();

it('the document is valid OpenAPI 3.1 by an independent validator', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(content));
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
  expect(validator.version).toBe('3.1');
});

it('every reference in it leads somewhere', () => {
  const references = [...JSON.stringify(content).matchAll(/"\$ref":"([^"]+)"/g)].map(
    (match) => match[1] ?? '',
  );
  expect(references.length).toBeGreaterThan(0);
  expect(references.filter((reference) => resolve(reference) === undefined)).toEqual([]);
});

it('no two operations share an id', () => {
  const ids = operations.map((operation) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

describe.each(operations)('$operationId ($method $path)', (operation) => {
  const { declaration } = operation;
  const responses = Object.entries(objectOf(declaration.responses));

  it('says what it is: id, summary, description, tags', () => {
    expect(declaration).toMatchObject({
      operationId: expect.stringMatching(/^[A-Z][A-Za-z]+$/),
      summary: expect.stringMatching(/\S/),
      description: expect.stringMatching(/\S/),
      tags: [expect.any(String)],
    });
  });

  it('declares a required body with a schema and an example, where it takes one', () => {
    if (declaration.requestBody === undefined) return;
    expect(declaration.requestBody).toMatchObject({ required: true });
    for (const media of mediaOf(declaration.requestBody)) expectDescribed(media);
  });

  it('declares what it answers: schemas with examples, and problems in the one shape', () => {
    expect(responses.some(([status]) => /^[23]/.test(status))).toBe(true);
    for (const [status, response] of responses) {
      expect(objectOf(response).description).toMatch(/\S/);
      const media = mediaOf(response);
      for (const each of media) expectDescribed(each);
      if (!/^[45]/.test(status)) continue;
      expect(Object.keys(objectOf(objectOf(response).content))).toEqual(['application/problem+json']);
    }
  });

  it('names the scheme and the refusals of whatever needs a token', () => {
    const security = Array.isArray(declaration.security) ? declaration.security : [];
    const needsToken =
      security.length > 0 && !security.some((each) => Object.keys(objectOf(each)).length === 0);
    const statuses = new Set(responses.map(([status]) => status));
    expect(statuses.has('401') || !needsToken).toBe(true);
    for (const each of security) {
      for (const scheme of Object.keys(objectOf(each))) {
        expect(objectOf(objectOf(content.components).securitySchemes)).toHaveProperty(scheme);
      }
    }
  });

  it('gives examples that fit their schemas', () => {
    const bodies = [declaration.requestBody, ...responses.map(([, response]) => response)];
    expect(bodies.flatMap(mediaOf).flatMap((media) => misfits(media))).toEqual([]);
  });
});

it('the operations of the path are all there', () => {
  const wanted = [
    'PostCreateUser',
    'GetLoginUser',
    'CreateSession',
    'DeclareUpload',
    'SearchAssets',
    'DownloadAsset',
  ];
  const ids = new Set(operations.map((operation: Operation) => operation.operationId));
  expect(wanted.filter((id) => !ids.has(id))).toEqual([]);
});

type Json = Readonly<Record<string, unknown>>;

function mediaOf(body: unknown): Json[] {
  return Object.values(objectOf(objectOf(body).content)).map(objectOf);
}

function expectDescribed(media: Json): void {
  expect(media.schema).toBeDefined();
  expect(media.example !== undefined || media.examples !== undefined || hasExample(media.schema)).toBe(true);
}

function hasExample(schema: unknown, seen = new Set<unknown>()): boolean {
  if (typeof schema !== 'object' || schema === null || seen.has(schema)) return false;
  seen.add(schema);
  const { $ref, example, examples } = objectOf(schema);
  if (example !== undefined || examples !== undefined) return true;
  if (typeof $ref === 'string') return hasExample(resolve($ref), seen);
  return Object.values(schema).some((each) => hasExample(each, seen));
}

/** What is wrong with the examples of one media type. */
function misfits(media: Json): string[] {
  const named = Object.values(objectOf(media.examples)).map((each) => objectOf(each).value);
  const values = media.example === undefined ? named : [media.example, ...named];
  const ajv = new Ajv2020({ strict: false, validateSchema: false, validateFormats: false });
  ajv.addSchema(content, 'api');
  const validate = ajv.compile(rebased(media.schema));
  return values.flatMap((value) =>
    validate(value) ? [] : [`${JSON.stringify(value).slice(0, 80)}: ${ajv.errorsText(validate.errors)}`],
  );
}

const rebased = (schema: unknown): Json =>
  JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"api#/')) as Json;

function resolve(reference: string): unknown {
  return reference
    .replace(/^#\//, '')
    .split('/')
    .map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, step) => objectOf(value)[step], content);
}
