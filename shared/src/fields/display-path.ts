import { ASSET_LIMITS } from './asset-fields.ts';
import { textField } from './text.ts';

const WINDOWS_DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$/i;

/**
 * The path that a file is shown and downloaded under, such as `models/knight.glb`: relative, with forward
 * slashes, at most 255 bytes, and of names that every desktop system can hold. It is never a storage key.
 */
export const displayPathField = textField({ min: 1, max: ASSET_LIMITS.pathBytes })
  .refine((path) => Buffer.byteLength(path) <= ASSET_LIMITS.pathBytes, {
    error: `must be at most ${ASSET_LIMITS.pathBytes} bytes in UTF-8`,
  })
  .refine((path) => !path.startsWith('/') && !/^[a-z]:/i.test(path), { error: 'must be relative' })
  .refine((path) => !/[\\<>:"|?*]/.test(path), { error: String.raw`must not hold \ < > : " | ? or *` })
  .refine((path) => path.split('/').every((name) => name !== '' && name !== '.' && name !== '..'), {
    error: 'must not hold empty names, . or ..',
  })
  .refine((path) => path.split('/').every((name) => !/[ .]$/.test(name)), {
    error: 'must not hold names that end with a dot or a space',
  })
  .refine((path) => path.split('/').every((name) => !WINDOWS_DEVICE.test(name)), {
    error: 'must not hold names of Windows devices',
  })
  .openapi({ type: 'string', example: 'models/knight.glb' });
