import { createHash } from 'node:crypto';
import { newId } from '@cairn/shared/ids';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { NewAsset } from '@cairn/shared/records/publication';
import type { ReleaseFile, ReleaseRecord } from '@cairn/shared/records/release-record';
import type { AssetEvent } from '../domain/ports.ts';
import type { DownloadGrant } from '../domain/downloads/download-grant.ts';
import type { SearchDocument } from '../domain/search/search-index.ts';

export const AT = '2026-11-22T12:00:00.000Z';

export const sha256 = (bytes: string | Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

export function aFile(changes: Partial<ReleaseFile> = {}): ReleaseFile {
  const file_id = changes.file_id ?? newId('file');
  return {
    file_id,
    path: 'models/knight.glb',
    key: `unset/${file_id}/1`,
    size: 6,
    sha256: sha256('knight'),
    media_type: 'model/gltf-binary',
    ...changes,
  };
}

export function aRelease(changes: Partial<ReleaseRecord> = {}): ReleaseRecord {
  const asin = changes.asin ?? newId('asset');
  const release_id = changes.release_id ?? newId('release');
  const files = changes.files ?? [aFile({ key: `${asin}/${release_id}/${newId('file')}/1` })];
  return {
    asin,
    release_id,
    version: '1.0.0',
    upload_id: newId('upload'),
    user_id: newId('user'),
    compatible_engine_ver: ['>=4.1 <5'],
    note: '',
    size: files.reduce((sum, file) => sum + file.size, 0),
    files,
    main_file_id: files[0]?.file_id ?? '',
    date_posted: AT,
    ...changes,
  };
}

export function aNewAsset(changes: Partial<NewAsset> = {}): NewAsset {
  return {
    asin: newId('asset'),
    user_id: newId('user'),
    name: 'Low-poly knight',
    description: 'A rigged knight with idle and walk animations.',
    kind: '3d',
    tags: ['character', 'medieval'],
    license: 'CC-BY-4.0',
    images: [],
    ...changes,
  };
}

/** A published asset with one release, as its item holds it. */
export function anAsset(changes: Partial<PublishedAsset> = {}): PublishedAsset {
  const created = aNewAsset(changes);
  return {
    ...created,
    status: 'published',
    revision: 1,
    co_owners: [],
    date_posted: AT,
    date_updated: AT,
    asset_location: `/v1/assets/${created.asin}/download`,
    asset_size: 6,
    downloads: 0,
    compatible_engine_ver: ['>=4.1 <5'],
    version: '1.0.0',
    releases: {
      '1.0.0': {
        release_id: newId('release'),
        compatible_engine_ver: ['>=4.1 <5'],
        size: 6,
        date_posted: AT,
      },
    },
    upload_id: newId('upload'),
    ...changes,
  };
}

export function anEvent(changes: Partial<AssetEvent> = {}): AssetEvent {
  return {
    id: newId('event'),
    type: 'asset.updated',
    occurred_at: AT,
    asin: newId('asset'),
    user_id: newId('user'),
    revision: 2,
    ...changes,
  } as AssetEvent;
}

export function aGrant(changes: Partial<DownloadGrant> = {}): DownloadGrant {
  return {
    id: newId('download'),
    asin: newId('asset'),
    release_id: newId('release'),
    version: '1.0.0',
    file_id: newId('file'),
    client: 'somebody',
    at: AT,
    sheet: 'sheet',
    ...changes,
  };
}

export function aDocument(changes: Partial<SearchDocument> = {}): SearchDocument {
  return {
    asin: newId('asset'),
    user_id: 'user_a',
    name: 'Low-poly knight',
    description: 'A rigged knight.',
    kind: '3d',
    tags: ['character'],
    license: 'CC-BY-4.0',
    release_engines: [['>=4.1 <5']],
    asset_size: 100,
    downloads: 0,
    date_posted: AT,
    date_updated: AT,
    ...changes,
  };
}
