import { expect, it } from 'vitest';
import { isOutage } from './outage.ts';

const named = (name: string, more: object = {}) => Object.assign(new Error(name), { name }, more);

it.each([
  [named('Error', { code: 'ECONNREFUSED' }), true],
  [named('TimeoutError'), true],
  [named('ThrottlingException', { $metadata: { httpStatusCode: 400 } }), true],
  [named('ProvisionedThroughputExceededException', { $metadata: { httpStatusCode: 400 } }), true],
  [named('InternalServerError', { $metadata: { httpStatusCode: 500 } }), true],
  [named('ValidationException', { $metadata: { httpStatusCode: 400 } }), false],
  [named('ConditionalCheckFailedException', { $metadata: { httpStatusCode: 400 } }), false],
  [new TypeError('x is not a function'), false],
  ['ECONNREFUSED', false],
])('%s is an outage: %s', (error, expected) => {
  expect(isOutage(error)).toBe(expected);
});
