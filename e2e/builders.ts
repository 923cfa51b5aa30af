import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { ApiClient } from '@cairn/tools/client/api-client';
import { bytesSource, putToStorage, type StorageAnswer } from '@cairn/tools/client/transfer';
import type { Asset, DeclaredFile, Kind, Receipt, UploadDeclaration } from '@cairn/tools/client/wire';
import { glbOf } from '@cairn/tools/made-files/glb';
import { boxMesh } from '@cairn/tools/made-files/mesh';
import { sidewaysJpeg } from '@cairn/tools/made-files/pictures';
import { expect, vi } from 'vitest';
import { CANARY, MAIL_DOMAIN } from './leaked-secrets.ts';

export interface RegisteredUser {
  readonly asin: string;
  readonly username: string;
  readonly password: string;
  readonly token: string;
}

/** Names and words that no other test uses. */
export const unique = (what: string): string => `${what}-${randomUUID().slice(0, 13)}`;

export async function aRegisteredUser(
  api: ApiClient,
  username: string = `${unique('user')}@${MAIL_DOMAIN}`,
): Promise<RegisteredUser> {
  const password = `${CANARY}${randomBytes(12).toString('base64url')}`;
  const { token, user } = await api.signUp({ username, password });
  return { asin: user.asin, username, password, token };
}

export interface LocalFile {
  readonly path: string;
  readonly bytes: Buffer;
  readonly contentType?: string;
}

export interface LocalUpload {
  readonly declaration: UploadDeclaration;
  readonly files: readonly LocalFile[];
  readonly pictures: readonly LocalFile[];
}

export interface UploadChanges {
  readonly kind?: Kind;
  readonly files?: readonly LocalFile[];
  readonly pictures?: readonly LocalFile[];
  readonly declaration?: Partial<UploadDeclaration>;
}

/** A model of 2 kB and a picture that lies on its side, unless said otherwise; each call gives other bytes. */
export async function anUpload(changes: UploadChanges = {}): Promise<LocalUpload> {
  const files = changes.files ?? [{ path: 'crate.glb', bytes: aModel() }];
  const pictures = changes.pictures ?? [await aPicture()];
  return {
    files,
    pictures,
    declaration: {
      name: unique('Crate'),
      description: 'Made by a test.',
      kind: changes.kind ?? '3d',
      tags: ['crate'],
      license: 'CC0-1.0',
      compatible_engine_ver: ['>=4.1 <5'],
      files: files.map(declared),
      pictures: pictures.map(declared),
      ...changes.declaration,
    },
  };
}

export const aModel = (): Buffer =>
  glbOf(boxMesh([1, 1, 1]), { colour: [Math.random(), Math.random(), Math.random(), 1] });

export const aPicture = async (): Promise<LocalFile> => ({
  path: 'cover.jpg',
  bytes: await sidewaysJpeg({ width: 1600, height: 1000 }),
  contentType: 'image/jpeg',
});

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export function declared({ path, bytes, contentType }: LocalFile): DeclaredFile {
  const file = { path, size: bytes.length, sha256: sha256Of(bytes) };
  return contentType === undefined ? file : { ...file, content_type: contentType };
}

/** The bytes that belong to an entry of the receipt, which lists files before pictures, as declared. */
function bytesFor(upload: LocalUpload, receipt: Receipt, fileId: string): Buffer {
  const index = receipt.files.findIndex((file) => file.file_id === fileId);
  const local = [...upload.files, ...upload.pictures][index];
  if (local === undefined) throw new Error('the receipt lists a file that was not declared');
  return local.bytes;
}

/** PUTs every file of the upload to its presigned URL. */
export async function sendAll(upload: LocalUpload, receipt: Receipt): Promise<StorageAnswer[]> {
  return await Promise.all(
    receipt.files.map(async ({ file_id, put }) => {
      if (put === undefined) throw new Error('the receipt holds no URL');
      return await putToStorage(put, bytesSource(bytesFor(upload, receipt, file_id)));
    }),
  );
}

export async function untilState(
  api: ApiClient,
  token: string,
  uploadId: string,
  state: Receipt['state'],
  timeoutMs = 20_000,
): Promise<Receipt> {
  return await vi.waitFor(
    async () => {
      const receipt = await api.receipt(token, uploadId);
      expect(receipt).toMatchObject({ state });
      return receipt;
    },
    { timeout: timeoutMs, interval: 100 },
  );
}

/** The public record, once this replica of the catalog has it: public reads are at most 2 s old. */
async function untilPublic(api: ApiClient, asin: string): Promise<Asset> {
  return await vi.waitFor(() => api.asset(asin), { timeout: 40_000, interval: 50 });
}

export interface PublishedUpload {
  readonly receipt: Receipt;
  /** As it was declared, with its URLs. */
  readonly declared: Receipt;
  readonly asset: Asset;
}

/** Declares, sends and waits until the asset is public. */
export async function publish(
  api: ApiClient,
  user: RegisteredUser,
  upload: LocalUpload,
): Promise<PublishedUpload> {
  const receipt = await api.declareUpload(user.token, upload.declaration);
  const answers = await sendAll(upload, receipt);
  expect(answers.map((answer) => answer.status)).toEqual(receipt.files.map(() => 200));
  const ended = await untilState(api, user.token, receipt.upload_id, 'published');
  return { receipt: ended, declared: receipt, asset: await untilPublic(api, receipt.asin) };
}
