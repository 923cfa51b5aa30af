import { createHash } from 'node:crypto';
import { newId } from '@cairn/shared/ids';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { UploadDeclaration } from '../domain/declaring/declaration.ts';
import type { DeclaredAsset, Upload, UploadFile } from '../domain/upload.ts';

/** Builders for tests: a valid thing, of which a test names only what it is about. */
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const A_KNIGHT: DeclaredAsset = {
  name: 'Knight',
  description: 'A knight.',
  kind: '3d',
  tags: ['character'],
  license: 'MIT',
};

export function anUpload(overrides: Partial<Upload> = {}): Upload {
  return {
    upload_id: newId('upload'),
    user_id: newId('user'),
    charged_to: newId('user'),
    asin: newId('asset'),
    release_id: newId('release'),
    event_id: newId('event'),
    asset: A_KNIGHT,
    version: '1.0.0',
    note: '',
    compatible_engine_ver: ['4.x'],
    main_file_id: newId('file'),
    file_count: 1,
    total_bytes: 3,
    state: 'open',
    created_at: '2026-11-22T12:00:00.000Z',
    deadline: '2026-11-23T12:00:00.000Z',
    due_at: '2026-11-22T12:00:10.000Z',
    ended_at: undefined,
    refusal: undefined,
    ...overrides,
  };
}

export function aFile(upload: Upload, overrides: Partial<UploadFile> = {}): UploadFile {
  return {
    upload_id: upload.upload_id,
    file_id: upload.main_file_id,
    role: 'file',
    position: 0,
    path: 'knight.glb',
    size: 3,
    sha256: sha256(Buffer.from('abc')),
    content_type: 'application/octet-stream',
    state: 'waiting',
    multipart: undefined,
    sequencer: undefined,
    lease: undefined,
    inspected_bytes: undefined,
    facts: undefined,
    refusal: undefined,
    ...overrides,
  };
}

export function aDeclaration(overrides: Partial<UploadDeclaration> = {}): UploadDeclaration {
  return {
    target: { kind: 'new_asset', asset: A_KNIGHT },
    version: '1.0.0',
    note: '',
    compatible_engine_ver: ['4.x'],
    files: [aDeclaredFile(Buffer.from('abc'))],
    pictures: [],
    ...overrides,
  };
}

export function aDeclaredFile(bytes: Uint8Array, path = 'knight.glb') {
  return {
    path,
    size: bytes.byteLength,
    sha256: sha256(bytes),
    content_type: 'application/octet-stream',
    main: false,
  };
}

/** A published asset of one release, 1.0.0. */
export function anAsset(user_id: string, overrides: Partial<PublishedAsset> = {}): PublishedAsset {
  const date_posted = '2026-11-22T12:00:00.000Z';
  return {
    asin: newId('asset'),
    user_id,
    status: 'published',
    revision: 1,
    date_posted,
    date_updated: date_posted,
    co_owners: [],
    ...A_KNIGHT,
    tags: [...A_KNIGHT.tags],
    images: [],
    asset_location: '/',
    asset_size: 3,
    downloads: 0,
    compatible_engine_ver: ['4.x'],
    version: '1.0.0',
    releases: {
      '1.0.0': { release_id: newId('release'), compatible_engine_ver: ['4.x'], size: 3, date_posted },
    },
    upload_id: newId('upload'),
    ...overrides,
  };
}
