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
    message: 'The picture has more pixels than a picture may have',
    hint: 'Scale it down; the detail says to how many pixels.',
  },
  'picture.corrupt': {
    field: 'content_type',
    message: 'The picture is truncated or corrupt',
    hint: 'Open and save the picture again, then start a new upload.',
  },
  'model.corrupt': {
    field: 'path',
    message: 'The model is damaged, truncated or breaks the rules of its format',
    hint: 'Export the model again from your 3D program; the detail says what is wrong.',
  },
  'model.unsupported_version': {
    field: 'path',
    message: 'The model is not of glTF 2.0',
    hint: 'Export it as glTF 2.0 (.glb or .gltf).',
  },
  'model.too_complex': {
    field: 'path',
    message: 'The model asks for more than a model may',
    hint: 'Split it, or keep buffers and textures in files of their own (or in a GLB) instead of in its text.',
  },
  'model.external_reference': {
    field: 'path',
    message: 'The model names a file that is not a relative path within the upload',
    hint: 'Put the files beside the model, or embed them, and refer to them like textures/wood.png.',
  },
  'model.missing_file': {
    field: 'path',
    message: 'The model needs a file that is not there',
    hint: 'Send or pack the file with the model, at the path that the model names, in the same upper and lower case.',
  },
  'model.file_too_short': {
    field: 'path',
    message: 'A file that the model needs is shorter than the model says',
    hint: 'The two do not belong together, or the file was cut off: export the model again, and send all of its files.',
  },
  'archive.incomplete': {
    field: 'path',
    message: 'The archive ends too early',
    hint: 'It was cut off while it was made or copied: pack it again, test it, and send all of it.',
  },
  'archive.empty': {
    field: 'path',
    message: 'There is no file in the archive',
    hint: 'Pack at least one file.',
  },
  'archive.malformed': {
    field: 'path',
    message: 'The structure of the archive is broken',
    hint: 'Pack it again, for example with 7-Zip, zip or tar.',
  },
  'archive.ambiguous': {
    field: 'path',
    message: 'Different programs would read the archive differently',
    hint: 'Pack it again from the files, instead of changing or joining archives.',
  },
  'archive.extra_data': {
    field: 'path',
    message: 'There are bytes in the archive that belong to no entry',
    hint: 'Pack it again as a plain archive: not self-extracting, nothing joined before, between or after, and one gzip member only.',
  },
  'archive.overlapping': {
    field: 'path',
    message: 'Entries of the archive share bytes',
    hint: 'Pack it again from the files.',
  },
  'archive.multi_disk': {
    field: 'path',
    message: 'The archive is split into several volumes',
    hint: 'Pack it as one file.',
  },
  'archive.too_many_entries': {
    field: 'path',
    message: 'The archive has more entries than an archive may have',
    hint: 'Split it into several archives; GET /v1/limits tells how many entries one may have.',
  },
  'archive.listing_too_large': {
    field: 'path',
    message: 'The list of entries in the archive is too large',
    hint: 'Pack it again without comments and extra attributes, or split it into several archives.',
  },
  'archive.entry_too_large': {
    field: 'path',
    message: 'A file in the archive is too large',
    hint: 'Split it; GET /v1/limits tells how large one may be.',
  },
  'archive.unpacked_too_large': {
    field: 'path',
    message: 'The archive unpacks to too much for its size',
    hint: 'Split it, or leave out large files that hold nearly nothing; GET /v1/limits tells how much it may unpack to.',
  },
  'archive.encrypted': {
    field: 'path',
    message: 'The archive is encrypted',
    hint: 'Pack it without a password.',
  },
  'archive.unsupported_method': {
    field: 'path',
    message: 'The archive is compressed in a way that not every program can read',
    hint: 'Pack it with the method Deflate, or stored.',
  },
  'archive.unsupported_entry': {
    field: 'path',
    message: 'The archive has an entry that is neither a file nor a folder',
    hint: 'Pack plain files and folders; tar: without --sparse, --multi-volume and --incremental.',
  },
  'archive.link': {
    field: 'path',
    message: 'The archive has a symbolic or hard link',
    hint: 'Pack the files that the links lead to: zip without -y, tar with -h --hard-dereference.',
  },
  'archive.device': {
    field: 'path',
    message: 'The archive has a device, a pipe or another special file',
    hint: 'Pack plain files and folders only.',
  },
  'archive.header_mismatch': {
    field: 'path',
    message: 'A file in the archive is described twice, and differently',
    hint: 'Pack it again from the files; some programs write wrong sizes above 4 GiB.',
  },
  'archive.size_mismatch': {
    field: 'path',
    message: 'A file in the archive has another size than the archive says',
    hint: 'It is damaged: pack it again and test it.',
  },
  'archive.checksum_mismatch': {
    field: 'path',
    message: 'A checksum in the archive is wrong',
    hint: 'It is damaged: pack it again and test it.',
  },
  'archive.corrupt': {
    field: 'path',
    message: 'A file in the archive cannot be unpacked',
    hint: 'It is damaged: pack it again and test it.',
  },
  'archive.name_encoding': {
    field: 'path',
    message: 'A name in the archive is not in UTF-8',
    hint: 'Pack it with a program that writes names in UTF-8 (7-Zip: -mcu=on), or use plain letters.',
  },
  'archive.name_hidden_characters': {
    field: 'path',
    message: 'A name in the archive has control, invisible or direction-changing characters',
    hint: 'Rename the file: type its name again instead of pasting it.',
  },
  'archive.name_backslash': {
    field: 'path',
    message: 'A name in the archive has a backslash',
    hint: 'Pack it with a program that separates folders by /, or rename the file.',
  },
  'archive.name_escapes': {
    field: 'path',
    message: 'A name in the archive leads out of the folder that it is unpacked to',
    hint: 'Pack with relative names, from within the folder: no drive, no leading / and no .. in them.',
  },
  'archive.name_not_portable': {
    field: 'path',
    message: 'A name in the archive cannot be a file name on every system',
    hint: 'Rename it: none of < > : " | ? *, no empty name, no dot or space at its end, no device such as CON or NUL.',
  },
  'archive.name_too_long': {
    field: 'path',
    message: 'A path in the archive is too long or too deep',
    hint: 'Shorten it; GET /v1/limits tells how long and how deep a path may be.',
  },
  'archive.duplicate_name': {
    field: 'path',
    message: 'Two files in the archive have the same path',
    hint: 'Remove or rename one of them.',
  },
  'archive.name_collision': {
    field: 'path',
    message: 'Two names in the archive are the same on some systems',
    hint: 'Rename one: names must differ in more than case, accents or character width, and a file is no folder.',
  },
  'file.program': {
    field: 'path',
    message: 'The file is a program or an installer',
    hint: 'Pack it into a zip together with what it belongs to; native libraries in archives are shown as such.',
  },
  'file.malware': {
    field: 'path',
    message: 'The malware scanner has found something in the file',
    hint: 'Scan the machine that it comes from. If you are sure that it is clean, ask whoever runs this store.',
  },
  'file.not_scannable': {
    field: 'path',
    message: 'The malware scanner of this store does not look at all of a file like this',
    hint: 'Send less in one file: several smaller archives, and no archives within archives.',
  },
  'file.not_inspectable': {
    field: 'path',
    message:
      'The file could not be inspected within the limits of memory and time; the detail says what happened',
    hint: 'Save or export it again in a simpler form (smaller, 8 bit, not interlaced), and start a new upload.',
  },
  'asset.kind_mismatch': {
    field: 'kind',
    message: 'What was sent is of the other kind',
    hint: 'Declare 3d for models and 2d for pictures.',
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
  'asset.too_many_pictures': {
    field: 'pictures',
    message: 'The asset has as many pictures as it can have',
    hint: 'Remove some of them with PATCH /v1/assets/{asin}, then upload again.',
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
