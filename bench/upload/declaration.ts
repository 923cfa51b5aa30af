import { createHash } from 'node:crypto';
import {
  ENDED_STATES,
  type DeclaredFile,
  type Receipt,
  type UploadDeclaration,
} from '@cairn/tools/client/wire';

/** What every upload here is but its files. */
export function aDeclaration(): Omit<UploadDeclaration, 'files'> {
  return {
    name: 'Measured',
    description: 'Made by a benchmark.',
    kind: '3d',
    tags: ['benchmark'],
    license: 'CC0-1.0',
    compatible_engine_ver: ['>=4.1 <5'],
    pictures: [],
  };
}

export function declaredFile(path: string, bytes: Uint8Array, contentType: string): DeclaredFile {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { path, size: bytes.byteLength, sha256, content_type: contentType };
}

export const hasEnded = ({ state }: Receipt): boolean => (ENDED_STATES as readonly string[]).includes(state);
