import type { ApiRequest } from '@cairn/tools/client/api-client';
import type { RegisteredUser } from './builders.ts';
import { unique } from './builders.ts';
import { newId } from '@cairn/shared/ids';

/** In this order: whoever may do it comes last, and finds everything as it was. */
export const CALLERS = [
  'anonymous',
  'garbage token',
  'expired token',
  'other user',
  'moderator',
  'admin',
  'owner',
] as const;
export type Caller = (typeof CALLERS)[number];

/** What the requests of a row are about. */
export interface World {
  readonly owner: RegisteredUser;
  readonly other: RegisteredUser;
  /** Whom nothing belongs to, for what administrators do to users. */
  readonly subject: RegisteredUser;
  /** Values of the placeholders in paths: things of the owner, another session than the one of the token. */
  readonly path: Readonly<Record<string, string>>;
  /** A file of the open upload, of which nothing was sent. */
  readonly openFileId: string;
  /** An upload of the owner that is over: its events end at once. */
  readonly endedUploadId: string;
  /** A declaration that can be accepted. */
  readonly declaration: unknown;
}

export interface MatrixRow {
  readonly expected: Readonly<Record<Caller, number>>;
  /** What the request needs besides method, path and the caller's token. */
  readonly request?: (world: World, caller: Caller) => Partial<ApiRequest>;
}

interface Staff {
  readonly moderator: number;
  readonly admin: number;
}

const everybody = (status: number) => expectedOf(status, status, status, status, status);
/** Public with more for the owner: a token is not needed, but one that is sent must be valid. */
const publicRead = (status: number) => expectedOf(status, 401, 401, status, status);
const signedIn = (other: number, owner: number, staff: Partial<Staff> = {}) =>
  expectedOf(401, 401, 401, other, owner, staff);
/** For administrators: their role is looked up, the token's is not asked. */
const adminOnly = () => signedIn(403, 403, { admin: 200 });

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
  GetOpenIdConfiguration: { expected: everybody(200) },
  GetRevocations: { expected: everybody(200) },
  // What counts is the refresh token, which nobody has here.
  RefreshSession: { expected: everybody(401), request: () => ({ json: { refresh_token: 'none' } }) },
  ListSessions: { expected: signedIn(200, 200) },
  SignOut: { expected: signedIn(204, 204) },
  RevokeSession: { expected: signedIn(404, 204) },
  RevokeAllSessions: { expected: signedIn(204, 204) },
  CreateApiKey: {
    expected: signedIn(201, 201),
    request: () => ({ json: { name: 'made by a test', scopes: ['assets:read'] } }),
  },
  ListApiKeys: { expected: signedIn(200, 200) },
  RevokeApiKey: { expected: signedIn(404, 204) },
  ChangePassword: {
    // To the same one, so that the world stays as it was.
    expected: signedIn(401, 204),
    request: ({ owner }) => ({
      json: { current_password: owner.password, new_password: owner.password },
    }),
  },
  GetOwnUser: { expected: signedIn(200, 200) },
  GetUser: {
    expected: publicRead(200),
    request: ({ subject }) => ({ path: `/v1/users/${subject.asin}` }),
  },
  ChangeUsername: {
    // With this user's password; to the same name, so that the world stays as it was.
    expected: signedIn(401, 200),
    request: ({ owner }) => ({ json: { username: owner.username, password: owner.password } }),
  },
  SetUserRole: {
    expected: adminOnly(),
    request: ({ subject }) => ({
      path: `/v1/users/${subject.asin}/role`,
      json: { role: 'moderator', reason: 'A test.' },
    }),
  },
  SetUserStatus: {
    expected: adminOnly(),
    request: ({ subject }) => ({
      path: `/v1/users/${subject.asin}/status`,
      json: { status: 'disabled', reason: 'A test.' },
    }),
  },
  ListAudit: { expected: adminOnly() },
  RequestExport: { expected: signedIn(202, 202) },
  // Of an id that nobody has; somebody else's is as unknown.
  GetExport: {
    expected: signedIn(404, 404),
    request: () => ({ path: `/v1/exports/${newId('export')}` }),
  },
  // Whoever knows the id: the account that it was about is gone.
  GetDeletion: {
    expected: everybody(404),
    request: () => ({ path: `/v1/deletions/${newId('deletion')}` }),
  },
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
  FollowUpload: {
    expected: signedIn(404, 200),
    request: ({ endedUploadId }) => ({ path: `/v1/uploads/${endedUploadId}/events` }),
  },
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
  GetAssetStats: { expected: publicRead(200) },
  DownloadAsset: { expected: publicRead(302) },
  DownloadFile: { expected: publicRead(302) },
  // The published file is no archive, which everybody is told.
  GetManifest: { expected: publicRead(404) },
  GetArchiveEntry: {
    expected: publicRead(404),
    request: ({ path: { asin, version, file_id } }) => ({
      path: `/v1/assets/${asin}/releases/${version}/files/${file_id}/entry?path=a.txt`,
    }),
  },
  ListReleases: { expected: publicRead(200) },
  GetNewestRelease: { expected: publicRead(200) },
  GetOwner: { expected: publicRead(200) },
  ListTags: { expected: publicRead(200) },
  ListLicenses: { expected: publicRead(200) },
  ListEngines: { expected: publicRead(200) },
  AddCoOwner: { expected: signedIn(403, 200) },
  RemoveCoOwner: { expected: signedIn(403, 200) },
  YankRelease: { expected: signedIn(403, 200), request: () => ({ json: { reason: 'Broken.' } }) },
  UnyankRelease: { expected: signedIn(403, 200) },
  // It is the last one, which only those who may edit are told.
  DeleteRelease: { expected: signedIn(403, 409) },
  // For moderators, which an owner is not.
  ModerateAsset: {
    expected: signedIn(403, 403, { moderator: 200 }),
    request: () => ({ json: { withheld: true, reason: 'No reason.' } }),
  },
  GetModerationLog: { expected: signedIn(403, 403, { moderator: 200 }) },
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
  { moderator = other, admin = moderator }: Partial<Staff> = {},
): Record<Caller, number> {
  return {
    anonymous,
    'garbage token': garbage,
    'expired token': expired,
    'other user': other,
    moderator,
    admin,
    owner,
  };
}

function basic(username: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}
