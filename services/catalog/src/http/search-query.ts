import { z } from '@hono/zod-openapi';
import { tagField } from '@cairn/shared/fields/asset-fields';
import { ASSET_LIMITS } from '@cairn/shared/fields/asset-limits';
import { engineVersionField } from '@cairn/shared/fields/engine-version';
import { KINDS } from '@cairn/shared/fields/kinds';
import { licenceField } from '@cairn/shared/fields/spdx-licence';
import { idSchema } from '@cairn/shared/ids';
import { archiveSummary, modelSummary } from '@cairn/shared/records/release-record';
import { FACETS, SORTS, type Facet } from '../domain/search/search-index.ts';

const QUERY_LENGTH = 200;
const CURSOR_LENGTH = 1_024;

const FORMATS = [...archiveSummary.shape.format.options, ...modelSummary.shape.format.options] as const;

/** A parameter that may be repeated; one value comes as a string. */
const repeated = <T extends z.ZodType>(
  name: string,
  item: T,
  openapi: { description: string; example: string[]; enum?: readonly string[] },
) =>
  z
    .preprocess(
      (value) => (value === undefined || Array.isArray(value) ? value : [value]),
      z.array(item).max(ASSET_LIMITS.tags).optional(),
    )
    .openapi({
      param: { name, in: 'query', explode: true, style: 'form' },
      type: 'array',
      items: { type: 'string', ...(openapi.enum === undefined ? {} : { enum: [...openapi.enum] }) },
      maxItems: ASSET_LIMITS.tags,
      description: openapi.description,
      example: openapi.example,
    });

/** One of these words, given once: two of them are a list, of which neither is meant. */
const oneOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words, {
    error: ({ input }) =>
      Array.isArray(input) ? 'must be given once' : `must be one of ${words.join(', ')}`,
  });

const platformField = z.string().refine((text) => /^[a-z0-9][a-z0-9._-]{0,39}$/.test(text), {
  error: 'must be a platform such as linux-x64',
  params: { code: 'platform.malformed', hint: 'For example linux-x64, windows-x64 or macos-arm64.' },
});

const bytesField = z
  .string()
  .refine((text) => /^\d{1,15}$/.test(text), {
    error: 'must be a whole number of bytes',
    params: { code: 'size.malformed', hint: 'For example 1048576 for a mebibyte.' },
  })
  .transform(Number);

const timeField = z
  .string()
  .refine((text) => z.union([z.iso.date(), z.iso.datetime({ offset: true })]).safeParse(text).success, {
    error: 'must be a date or a time in ISO 8601',
    params: {
      code: 'time.malformed',
      hint: 'For example 2026-11-22, or 2026-11-22T12:00:00Z; a plus sign is %2B in a URL.',
    },
  })
  .transform((text) => new Date(text).toISOString());

const facetsField = z
  .string()
  .transform((text) => [...new Set(text.split(','))])
  .refine((names): names is Facet[] => names.every((name) => FACETS.some((facet) => facet === name)), {
    error: 'must be names of facets, separated by commas',
    params: { code: 'facet.unknown', hint: `One of: ${FACETS.join(', ')}.` },
  });

const bytesOpenapi = (description: string) =>
  ({ type: 'integer', minimum: 0, description, example: 1_048_576 }) as const;
const timeOpenapi = (description: string) =>
  ({ type: 'string', description, example: '2026-11-01' }) as const;

/** Strict: a filter that is misspelt must not answer with the whole catalog. */
export const searchQuery = z
  .strictObject({
    q: z
      .string()
      .max(QUERY_LENGTH)
      .transform((text) => text.trim() || undefined)
      .optional()
      .openapi({
        type: 'string',
        maxLength: QUERY_LENGTH,
        description:
          'At most 12 different words that must all occur in name, tags, description or the names of files in archives, the last one as the beginning of a word. Accents and case do not matter; no character is an operator. While there are few hits, one typo a word is tolerated.',
        example: 'knight',
      }),
    kind: oneOf(KINDS).optional().openapi({ example: '3d' }),
    engine: engineVersionField.optional().openapi({
      description: 'An engine version, or series of versions, that one and the same release supports',
      example: '4.2',
    }),
    tag: repeated('tag', tagField, {
      description: 'May be repeated: an asset must carry all of them',
      example: ['character'],
    }),
    any_tag: repeated('any_tag', tagField, {
      description: 'May be repeated: an asset must carry at least one of them',
      example: ['medieval', 'fantasy'],
    }),
    license: repeated('license', licenceField, {
      description: 'May be repeated: an asset must be under one of them (SPDX)',
      example: ['CC-BY-4.0'],
    }),
    owner: idSchema('user').optional().openapi({ description: "A user's `asin`" }),
    size_min: bytesField.optional().openapi(bytesOpenapi('The newest release has at least so many bytes')),
    size_max: bytesField.optional().openapi(bytesOpenapi('The newest release has at most so many bytes')),
    posted_from: timeField
      .optional()
      .openapi(timeOpenapi('Posted then or later; a date is its midnight UTC')),
    posted_before: timeField.optional().openapi({ ...timeOpenapi('Posted earlier'), example: '2026-12-01' }),
    platform: repeated('platform', platformField, {
      description: 'May be repeated: native code in it runs on one of them',
      example: ['linux-x64'],
    }),
    format: repeated('format', z.enum(FORMATS), {
      description: 'May be repeated: it has a model or archive of one of these formats',
      example: ['glb'],
      enum: FORMATS,
    }),
    sort: oneOf(SORTS).optional().openapi({
      description:
        '`relevance` (default with q), `newest` (default without), `updated` and `downloads`: highest first; `name` and `size`: lowest first',
      example: 'newest',
    }),
    facets: facetsField.optional().openapi({
      type: 'string',
      description: `Counts to answer with, separated by commas: ${FACETS.map((each) => `\`${each}\``).join(', ')}`,
      example: 'kind,license',
    }),
    highlight: oneOf(['true', 'false'])
      .optional()
      .openapi({ description: 'Whether to tell why each asset was found', example: 'true' }),
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(100)
      .default(20)
      .openapi({ type: 'integer', minimum: 1, maximum: 100, default: 20, example: 20 }),
    cursor: z.string().max(CURSOR_LENGTH).optional().openapi({
      description: '`next_cursor` of the page before, with the same filters and sort',
      example: 'bm90LWEtcmVhbC1jdXJzb3I',
    }),
  })
  .superRefine(({ size_min, size_max, posted_from, posted_before }, context) => {
    const refuse = (field: string, code: string, message: string, hint: string) =>
      context.addIssue({ code: 'custom', path: [field], message, params: { code, hint } });
    if (size_min !== undefined && size_max !== undefined && size_min > size_max) {
      refuse('size_max', 'size.empty_range', 'must not be below size_min', 'Nothing is in this range.');
    }
    if (posted_from !== undefined && posted_before !== undefined && posted_from >= posted_before) {
      refuse('posted_before', 'time.empty_range', 'must be after posted_from', 'Nothing is in this range.');
    }
  });
