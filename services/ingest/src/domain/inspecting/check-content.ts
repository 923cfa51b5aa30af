import { posix } from 'node:path';
import type { Kind } from '@cairn/shared/fields/kinds';
import type { Refusal } from '../refusals.ts';
import type { UploadFile } from '../upload.ts';

/** What can be said of an upload only when all of its files are known. Undefined: nothing is wrong. */
export function checkContent(kind: Kind | undefined, files: readonly UploadFile[]): Refusal | undefined {
  const content = files.filter(({ role }) => role === 'file');
  // Pictures for an asset that is there.
  if (content.length === 0) return undefined;
  return missingFile(content) ?? shortFile(content) ?? (kind && kindMismatch(kind, content));
}

/** The files of a model, and of its materials, lie beside it in the same upload; those in archives were looked for by their inspector. */
function missingFile(files: readonly UploadFile[]): Refusal | undefined {
  const paths = new Set(files.map(({ path }) => path.normalize('NFC')));
  for (const { path, facts } of files) {
    for (const reference of (facts?.model ?? facts?.material_library)?.references ?? []) {
      const needed = besideModel(path, reference);
      if (!paths.has(needed)) return { code: 'model.missing_file', detail: `${path} needs ${needed}` };
    }
  }
  return undefined;
}

/** A glTF says how long the files are that its buffers are in: a reader reads beyond the end of a shorter one. */
function shortFile(files: readonly UploadFile[]): Refusal | undefined {
  const sizes = new Map(files.map(({ path, size }) => [path.normalize('NFC'), size]));
  for (const { path, facts } of files) {
    for (const buffer of facts?.model?.buffers ?? []) {
      const needed = besideModel(path, buffer.path);
      const size = sizes.get(needed) ?? 0;
      if (size >= buffer.bytes) continue;
      const detail = `${path} needs ${buffer.bytes} bytes of ${needed}, which has ${size}`;
      return { code: 'model.file_too_short', detail };
    }
  }
  return undefined;
}

const besideModel = (modelPath: string, reference: string): string =>
  posix.join(posix.dirname(modelPath), reference).normalize('NFC');

/**
 * Only what is plain to see: models alone are no 2d asset, pictures alone no 3d one. Archives, plug-ins and
 * formats that nobody looked into can hold anything.
 */
function kindMismatch(kind: Kind, files: readonly UploadFile[]): Refusal | undefined {
  const models = files.filter(({ facts }) => facts?.model !== undefined).length;
  const pictures = files.filter(({ facts }) => facts?.media_type.startsWith('image/') === true).length;
  if (kind === '3d' && pictures === files.length) {
    return { code: 'asset.kind_mismatch', detail: 'declared 3d, found pictures only' };
  }
  if (kind === '2d' && models === files.length) {
    return { code: 'asset.kind_mismatch', detail: 'declared 2d, found models only' };
  }
  return undefined;
}
