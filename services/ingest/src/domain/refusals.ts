/** Why a file or an upload was refused, by its stable code. The hint says what the uploader can do. */
export const REFUSALS = {
  'file.size_mismatch': {
    field: 'size',
    message: 'The object has another size than was declared',
    hint: 'Declare the size in bytes of exactly what is sent, and send all of it.',
  },
  'file.hash_mismatch': {
    field: 'sha256',
    message: 'The object has another SHA-256 than was declared',
    hint: 'The bytes changed on the way or after hashing: hash the file again and start a new upload.',
  },
  'file.type_mismatch': {
    field: 'content_type',
    message: 'The content is of another type than was declared',
    hint: 'Declare the real type, or leave content_type out.',
  },
  'picture.unsupported_type': {
    field: 'content_type',
    message: 'The picture is none of PNG, JPEG, WebP, AVIF and GIF',
    hint: 'Save the picture as PNG, JPEG or WebP.',
  },
  'picture.too_many_pixels': {
    field: 'content_type',
    message: 'The picture has more than 50 megapixels',
    hint: 'Scale the picture down; the largest derivative is 1280 pixels wide.',
  },
  'picture.corrupt': {
    field: 'content_type',
    message: 'The picture is truncated or corrupt',
    hint: 'Open and save the picture again, then start a new upload.',
  },
  'file.not_received': {
    field: 'path',
    message: 'The file did not arrive before the upload expired',
    hint: 'Start a new upload and send every file before expires_at.',
  },
  'inspection.failed': {
    field: '',
    message: 'The inspection could not be completed; this is our fault',
    hint: 'Nothing to do: it is tried again.',
  },
  'release.version_taken': {
    field: 'version',
    message: 'The asset has a release of this version',
    hint: 'Declare another version.',
  },
  'release.limit_reached': {
    field: 'version',
    message: 'The asset has as many releases as it can have',
    hint: 'Publish a new asset.',
  },
  'asset.gone': { field: '', message: 'The asset was deleted in the meantime', hint: 'Publish a new asset.' },
  'asset.not_owner': {
    field: '',
    message: 'The asset does not belong to the uploader any more',
    hint: 'Ask its owner.',
  },
  'user.deleted': { field: '', message: 'The account was deleted', hint: 'Nothing to do.' },
} as const satisfies Record<string, { field: string; message: string; hint: string }>;

export type RefusalCode = keyof typeof REFUSALS;

/** As it is stored; field, message and hint come from the table when it is shown. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly detail?: string | undefined;
}
