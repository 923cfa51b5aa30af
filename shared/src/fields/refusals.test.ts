import type { z } from '@hono/zod-openapi';
import { describe, expect, test } from 'vitest';
import { fieldErrors } from '../http/field-errors.ts';
import { assetFields, tagField } from './asset-fields.ts';
import { ASSET_LIMITS } from './asset-limits.ts';
import { displayPathField } from './display-path.ts';
import { engineRangeField } from './engine-version.ts';
import { releaseVersionField } from './release-version.ts';
import { licenceField } from './spdx-licence.ts';
import { textField } from './text.ts';

const line = textField({ min: 3, max: 10 });
const lines = textField({ min: 3, max: 10, multiline: true });

/** What a client is told of a value: once, with a code that it can rely on and what to do. */
describe.each<[string, z.ZodType, unknown, string]>([
  ['a text that is missing', line, undefined, 'field.required'],
  ['a text that is a number', line, 1, 'field.wrong_type'],
  ['a short text', line, ' ab ', 'text.too_short'],
  ['a long text', line, 'a'.repeat(11), 'text.too_long'],
  ['a very long text', line, ' '.repeat(10_000), 'text.too_long'],
  ['half a character', line, 'abc\ud800', 'text.malformed_unicode'],
  ['a control character', lines, 'abc\u0000', 'text.control_characters'],
  ['two lines where there is one', line, 'abc\ndef', 'text.control_characters'],
  ['a change of direction', line, 'abc\u202e', 'text.invisible_characters'],
  ['an empty path', displayPathField, '', 'text.too_short'],
  ['a path of many bytes', displayPathField, 'ü'.repeat(128), 'path.too_long'],
  ['an absolute path', displayPathField, '/etc/passwd', 'path.not_relative'],
  ['a drive', displayPathField, 'C:x', 'path.not_relative'],
  ['a backslash', displayPathField, String.raw`a\b`, 'path.forbidden_character'],
  ['a way up', displayPathField, '../CON', 'path.empty_name'],
  ['a name that ends with a dot', displayPathField, 'a./b', 'path.trailing_dot_or_space'],
  ['a device', displayPathField, 'a/nul.txt', 'path.device_name'],
  ['a device with a superscript', displayPathField, 'COM¹', 'path.device_name'],
  ['a wide slash', displayPathField, 'a／b', 'path.forbidden_character'],
  ['a Hangul filler in a path', displayPathField, 'a\u3164', 'text.invisible_characters'],
  ['a path of 33 names', displayPathField, `${'a/'.repeat(32)}b`, 'path.too_deep'],
  ['a version that is none', releaseVersionField, '1.0', 'version.not_semver'],
  ['a version of a kilobyte', releaseVersionField, `1.0.${'9'.repeat(1_000)}`, 'version.not_semver'],
  ['no engine range', engineRangeField, '', 'engine.not_a_range'],
  ['an engine range of a kilobyte', engineRangeField, '4 || '.repeat(200), 'engine.too_long'],
  ['an engine range that nothing is in', engineRangeField, '>=5 <4', 'engine.empty_range'],
  ['a tag of signs', tagField, '#!', 'tag.malformed'],
  ['an empty tag', tagField, ' ', 'text.too_short'],
  ['a licence of our own', licenceField, 'free for all', 'licence.not_spdx'],
  ['a licence of a kilobyte', licenceField, 'MIT OR '.repeat(200), 'licence.not_spdx'],
  ['another kind', assetFields.kind, '4d', 'field.not_allowed'],
  ['no engines', assetFields.compatible_engine_ver, [], 'list.too_short'],
  [
    'too many tags',
    assetFields.tags,
    Array.from({ length: ASSET_LIMITS.tags + 1 }, (_, i) => `t${i}`),
    'list.too_long',
  ],
])('%s', (_, field, value, code) => {
  test(`is refused as ${code}`, () => {
    const errors = fieldErrors('json', field.safeParse(value).error?.issues ?? []);
    expect(errors).toEqual([
      { field: '', code, message: expect.any(String), hint: expect.stringMatching(/\w/) },
    ]);
  });
});
