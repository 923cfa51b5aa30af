import { z } from '@hono/zod-openapi';
import { expect, it } from 'vitest';
import { fieldErrors } from './field-errors.ts';

const schema = z.strictObject({
  name: z.string().min(3),
  'a/b~c': z.enum(['2d', '3d']),
  files: z.array(z.strictObject({ size: z.number() })),
});

function errorsFor(value: unknown, target = 'json') {
  const { error } = schema.safeParse(value);
  return fieldErrors(target, error?.issues ?? []);
}

it('names each field of a body by its JSON pointer, with a code, in plain words', () => {
  const errors = errorsFor({ 'a/b~c': '4d', files: [{ size: 'big', colour: 'red' }], extra: 1 });
  expect(errors.map(({ field, code, message }) => [field, code, message])).toEqual([
    ['/name', 'field.required', 'is required'],
    ['/a~1b~0c', 'field.not_allowed', expect.stringContaining('"2d"')],
    ['/files/0/size', 'field.wrong_type', expect.stringContaining('number')],
    ['/files/0/colour', 'field.unknown', 'is not a field here'],
    ['/extra', 'field.unknown', 'is not a field here'],
  ]);
  expect(errors.every(({ hint }) => hint !== undefined && hint !== '')).toBe(true);
});

it('names the part of a request that is no body', () => {
  const [error] = errorsFor({ name: 'x', 'a/b~c': '2d', files: [] }, 'query');
  expect(error).toMatchObject({ field: 'query.name', code: 'text.too_short' });
});

it('lists no more than twenty unknown fields, each once', () => {
  const unknown = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`x${i}`, 1]));
  const errors = errorsFor({ name: 'abc', 'a/b~c': '2d', files: [], ...unknown });
  expect(errors).toHaveLength(20);
});
