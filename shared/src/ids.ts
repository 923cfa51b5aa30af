import { typeidUnboxed } from 'typeid-js';
import { z } from '@hono/zod-openapi';

/**
 * Ids are TypeIDs: a readable prefix and a UUIDv7 in base32 (`asset_01jd3...`, 26 characters after the
 * prefix). Random, sortable by creation, safe in URLs and S3 keys. An asset's and a user's is called `asin`.
 */
export const ID_PREFIXES = [
  'user',
  'session',
  'token',
  'key',
  'asset',
  'release',
  'upload',
  'file',
  'image',
  'event',
  'download',
  'deletion',
  'export',
] as const;
export type IdPrefix = (typeof ID_PREFIXES)[number];

export type NewId = (prefix: IdPrefix) => string;

export const newId: NewId = (prefix) => typeidUnboxed(prefix);

/** 128 bits in base32, whose first character has three of them: all that is well-formed. */
const SUFFIX = '[0-7][0-9a-hjkmnp-tv-z]{25}';
const patterns = new Map(ID_PREFIXES.map((prefix) => [prefix, new RegExp(`^${prefix}_${SUFFIX}$`)]));

export const isId = (prefix: IdPrefix, text: string): boolean => patterns.get(prefix)?.test(text) === true;

/** A path or body field that holds an id of one kind. Another kind's id is as unknown as a wrong one. */
export const idSchema = (prefix: IdPrefix) =>
  z
    .string()
    .max(64)
    .refine((text) => isId(prefix, text), { message: `must be an id of the form ${prefix}_...` })
    .openapi({
      example: `${prefix}_01jd3k5w6he0rtgq5h2tqf7zqk`,
      pattern: `^${prefix}_${SUFFIX}$`,
    });
