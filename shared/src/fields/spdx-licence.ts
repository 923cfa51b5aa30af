import parse from 'spdx-expression-parse';
import { z } from '@hono/zod-openapi';

const MAX_LENGTH = 120;

/** An SPDX licence expression, such as `MIT`, `CC-BY-4.0` or `MIT OR Apache-2.0`. */
export const licenceField = z
  .string()
  .trim()
  .refine((text) => text.length <= MAX_LENGTH && isSpdxExpression(text), {
    error: 'must be an SPDX licence expression',
    params: {
      code: 'licence.not_spdx',
      hint: 'For example MIT, CC0-1.0, CC-BY-4.0, or LicenseRef-Proprietary for terms of your own.',
    },
  })
  .openapi({ type: 'string', maxLength: MAX_LENGTH, example: 'CC-BY-4.0' });

function isSpdxExpression(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}
