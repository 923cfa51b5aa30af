import { z } from '@hono/zod-openapi';
import { ARCHIVE_LIMITS } from '../../domain/inspecting/archive-limits.ts';
import { THUMBNAIL_WIDTHS } from '../../domain/picture-limits.ts';
import { REFUSALS, type RefusalCode } from '../../domain/refusals.ts';
import { ENTRIES_PER_MESSAGE } from '../../inspection/protocol.ts';
import { MAX_READ_BYTES } from '../../inspection/byte-source.ts';

/*
 * What a child says is parsed like anything from outside: it has been in touch with the file. Nothing in an
 * answer is longer or larger than it can honestly be.
 */
const MAX_WEBP_BYTES = 4 * 2 ** 20;
const MAX_MODEL_REFERENCES = 1_000;

const natural = z.number().int().nonnegative();
const positive = z.number().int().positive();
const mediaType = z
  .string()
  .max(127)
  .regex(/^[a-z0-9]+\/[a-z0-9.+_-]+$/i);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Relative, of names, without anything that leads elsewhere. */
const path = z
  .string()
  .refine((text) => Buffer.byteLength(text) <= 2 * ARCHIVE_LIMITS.pathBytes)
  .refine((text) => text.isWellFormed() && text === text.normalize('NFC'))
  .refine((text) => !/[\u0000-\u001f\u007f\\]/.test(text) && !/^[a-z]:/i.test(text))
  .refine((text) => text.split('/').every((name) => name !== '' && name !== '.' && name !== '..'));

/** A file beside a model, which may lie in a folder above the model's own. */
const reference = z
  .string()
  .regex(/^(?:\.\.\/){0,32}[^/]/)
  .refine((text) => path.safeParse(text.replace(/^(?:\.\.\/)+/, '')).success);

const nativeCode = z.strictObject({
  format: z.enum(['pe', 'elf', 'mach-o']),
  platforms: z
    .array(
      z
        .string()
        .max(40)
        .regex(/^[a-z0-9_.-]+$/),
    )
    .max(16),
});

const model = z.strictObject({
  format: z.enum(['glb', 'gltf', 'obj', 'stl']),
  meshes: natural,
  triangles: natural,
  materials: natural,
  textures: natural,
  animations: natural,
  references: z.array(reference).max(MAX_MODEL_REFERENCES),
  buffers: z
    .array(z.strictObject({ path: reference, bytes: positive }))
    .max(MAX_MODEL_REFERENCES)
    .optional(),
});

const materialLibrary = z.strictObject({ references: z.array(reference).max(MAX_MODEL_REFERENCES) });

const derived = z.strictObject({
  width: positive.max(Math.max(...THUMBNAIL_WIDTHS)),
  height: positive,
  webp: z
    .instanceof(Uint8Array)
    .refine((webp) => webp.byteLength > 0 && webp.byteLength <= MAX_WEBP_BYTES && isWebp(webp)),
});

const picture = z.strictObject({
  width: positive,
  height: positive,
  thumbhash: z
    .string()
    .max(64)
    .regex(/^[A-Za-z0-9+/]+=*$/),
  dominant_color: z.string().regex(/^#[0-9a-f]{6}$/),
  derived: z.array(derived).length(THUMBNAIL_WIDTHS.length),
});

const entry = z.strictObject({
  path,
  size: natural,
  sha256,
  media_type: mediaType,
  stored: z
    .strictObject({ offset: natural, length: natural, method: z.enum(['stored', 'deflate']) })
    .optional(),
  native_code: nativeCode.optional(),
  model: model.optional(),
  material_library: materialLibrary.optional(),
});

const finding = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('accepted'),
    media_type: mediaType,
    picture: picture.optional(),
    model: model.optional(),
    material_library: materialLibrary.optional(),
    native_code: nativeCode.optional(),
    archive: z
      .strictObject({
        format: z.enum(['zip', 'tar', 'tar.gz']),
        entries: positive.max(ARCHIVE_LIMITS.entries),
        unpacked_bytes: natural,
      })
      .optional(),
  }),
  z.object({
    outcome: z.literal('rejected'),
    refusal: z.strictObject({
      code: z.enum(Object.keys(REFUSALS) as [RefusalCode, ...RefusalCode[]]),
      detail: z
        .string()
        .transform((text) => text.replace(/[\p{C}\u2028\u2029]/gu, '?').slice(0, 500))
        .optional(),
    }),
  }),
]);

const job = positive;
const message = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('read'),
    job,
    read: positive,
    offset: natural,
    length: positive.max(MAX_READ_BYTES),
  }),
  z.strictObject({ type: z.literal('stream'), job }),
  z.strictObject({ type: z.literal('entries'), job, entries: z.array(entry).max(ENTRIES_PER_MESSAGE) }),
  z.strictObject({ type: z.literal('finding'), job, finding }),
  z.strictObject({ type: z.literal('needs_room'), job }),
  z.strictObject({ type: z.literal('fault'), job }),
]);

/** Undefined: nonsense. */
export function parseMessage(said: unknown): z.infer<typeof message> | undefined {
  const parsed = message.safeParse(said);
  return parsed.success ? parsed.data : undefined;
}

function isWebp(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(12, bytes.byteLength)).toString(
    'latin1',
  );
  return start.startsWith('RIFF') && start.endsWith('WEBP');
}
