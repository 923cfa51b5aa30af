import type { ApiRequest } from '@cairn/tools/client/api-client';
import type { RegisteredUser } from './builders.ts';
import { unique } from './builders.ts';

/** In this order: whoever may do it comes last, and finds everything as it was. */
export const CALLERS = ['anonymous', 'garbage token', 'expired token', 'other user', 'owner'] as const;
export type Caller = (typeof CALLERS)[number];

/** What the requests of a row are about. */
export interface World {
  readonly owner: RegisteredUser;
  readonly other: RegisteredUser;
  /** Values of the placeholders in paths: a published asset of the owner, an open upload of the owner. */
  readonly path: Readonly<Record<string, string>>;
  /** A file of the open upload, of which nothing was sent. */
  readonly openFileId: string;
  /** A declaration that can be accepted. */
  readonly declaration: unknown;
}

export interface MatrixRow {
  readonly expected: Readonly<Record<Caller, number>>;
  /** What the request needs besides method, path and the caller's token. */
  readonly request?: (world: World, caller: Caller) => Partial<ApiRequest>;
}

const everybody = (status: number) => expectedOf(status, status, status, status, status);
/** Public with more for the owner: a token is not needed, but one that is sent must be valid. */
const publicRead = (status: number) => expectedOf(status, 401, 401, status, status);
const signedIn = (other: number, owner: number) => expectedOf(401, 401, 401, other, owner);

/** Every operation of `/openapi.json` by its operationId, with the status that each caller gets. */
export const AUTHORIZATION_MATRIX: Readonly<Record<string, MatrixRow>> = {
  // Auth. The first two look at no token: whoever knows the password may sign in.
  PostCreateUser: {
    expected: everybody(201),
    request: () => ({ json: { username: unique('user'), password: 'a long password' } }),
  },
  CreateSession: {
    expected: everybody(201),
    request: ({ owner }) => ({ json: { username: owner.username, password: owner.password } }),
  },
  GetLoginUser: {
    expected: expectedOf(401, 401, 401, 401, 200),
    request: ({ owner, other }, caller) => {
      if (caller === 'owner') return { headers: basic(owner.username, owner.password) };
      return caller === 'other user' ? { headers: basic(owner.username, other.password) } : {};
    },
  },
  GetJwks: { expected: everybody(200) },
  GetOwnUser: { expected: signedIn(200, 200) },
  DeleteOwnUser: {
    // Another user's token with this user's password deletes neither account.
    expected: signedIn(401, 202),
    request: ({ owner }) => ({ json: { password: owner.password } }),
  },

  // Ingest
  GetLimits: { expected: everybody(200) },
  DeclareUpload: {
    expected: signedIn(201, 201),
    request: ({ declaration }) => ({ json: declaration }),
  },
  ListUploads: { expected: signedIn(200, 200) },
  GetUpload: { expected: signedIn(404, 200) },
  GetFileUrls: {
    expected: signedIn(404, 200),
    request: ({ path, openFileId }) => ({
      path: `/v1/uploads/${path.upload_id}/files/${openFileId}/urls`,
    }),
  },
  CompleteFile: {
    // Nothing was sent yet, which only the owner is told.
    expected: signedIn(404, 409),
    request: ({ path, openFileId }) => ({
      path: `/v1/uploads/${path.upload_id}/files/${openFileId}/complete`,
    }),
  },
  AbortUpload: { expected: signedIn(404, 204) },

  // Catalog
  SearchAssets: { expected: publicRead(200) },
  GetAsset: { expected: publicRead(200) },
  GetRelease: { expected: publicRead(200) },
  DownloadAsset: { expected: publicRead(302) },
  DownloadFile: { expected: publicRead(302) },
  EditAsset: {
    expected: signedIn(403, 200),
    request: () => ({ json: { description: 'Edited.' }, headers: { 'if-match': '"1"' } }),
  },
  DeleteAsset: { expected: signedIn(403, 204) },
};

function expectedOf(
  anonymous: number,
  garbage: number,
  expired: number,
  other: number,
  owner: number,
): Record<Caller, number> {
  return {
    anonymous,
    'garbage token': garbage,
    'expired token': expired,
    'other user': other,
    owner,
  };
}

function basic(username: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}
