import { ASSET_LIMITS } from './asset-fields.ts';
import { textField } from './text.ts';

const WINDOWS_DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$/i;

const rule = (code: string, error: string, hint: string) => ({ error, params: { code, hint }, abort: true });

/**
 * The path that a file is shown and downloaded under, such as `models/knight.glb`: relative, with forward
 * slashes, at most 255 bytes, and of names that every desktop system can hold. It is never a storage key.
 */
export const displayPathField = textField({ min: 1, max: ASSET_LIMITS.pathBytes })
  .refine(
    (path) => Buffer.byteLength(path) <= ASSET_LIMITS.pathBytes,
    rule(
      'path.too_long',
      `must be at most ${ASSET_LIMITS.pathBytes} bytes in UTF-8`,
      'Shorten names or leave folders out.',
    ),
  )
  .refine(
    (path) => !path.startsWith('/') && !/^[a-z]:/i.test(path),
    rule('path.not_relative', 'must be relative', 'Begin with a name, such as models/knight.glb.'),
  )
  .refine(
    (path) => !/[\\<>:"|?*]/.test(path),
    rule(
      'path.forbidden_character',
      String.raw`must not hold \ < > : " | ? or *`,
      'Separate folders with / and leave the others out: Windows cannot hold them.',
    ),
  )
  .refine(
    (path) => path.split('/').every((name) => name !== '' && name !== '.' && name !== '..'),
    rule(
      'path.empty_name',
      'must not hold empty names, . or ..',
      'One / between names, none at the end, no way up.',
    ),
  )
  .refine(
    (path) => path.split('/').every((name) => !/[ .]$/.test(name)),
    rule(
      'path.trailing_dot_or_space',
      'must not hold names that end with a dot or a space',
      'Windows would drop it: rename the file.',
    ),
  )
  .refine(
    (path) => path.split('/').every((name) => !WINDOWS_DEVICE.test(name)),
    rule(
      'path.device_name',
      'must not hold names of Windows devices',
      'Rename what is called con, prn, aux, nul, com0 to com9 or lpt0 to lpt9.',
    ),
  )
  .openapi({ type: 'string', example: 'models/knight.glb' });
