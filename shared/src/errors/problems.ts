/**
 * Every problem that the API answers with, by its stable code (RFC 9457, DESIGN I10).
 * A code is `area.reason`; once published it keeps its meaning and its status.
 */
export const PROBLEMS = {
  'request.malformed': { status: 400, title: 'The request is not valid HTTP' },
  'request.malformed_json': { status: 400, title: 'The body is not valid JSON in UTF-8' },
  'request.not_found': { status: 404, title: 'There is nothing at this path' },
  'request.method_not_allowed': { status: 405, title: 'The resource does not support this method' },
  'request.timeout': { status: 408, title: 'The request did not arrive in time' },
  'request.too_large': { status: 413, title: 'The body is too large' },
  'request.unsupported_media_type': { status: 415, title: 'The body must be application/json' },
  'request.invalid': { status: 422, title: 'Some fields are not valid' },
  'request.rate_limited': { status: 429, title: 'Too many requests' },
  'request.headers_too_large': { status: 431, title: 'The header section is too large' },
  'request.origin_refused': { status: 403, title: 'This web origin may not use the API' },

  'auth.required': { status: 401, title: 'This needs a signed-in user' },
  'auth.invalid_token': { status: 401, title: 'The token is not valid' },
  'auth.invalid_credentials': { status: 401, title: 'Username and password do not match' },
  'auth.invalid_refresh_token': { status: 401, title: 'The refresh token is not valid, or not any more' },
  'auth.insufficient_scope': { status: 403, title: 'The token does not cover this' },
  'auth.session_required': { status: 403, title: 'This needs a signed-in user, not an API key' },
  'auth.too_many_attempts': { status: 429, title: 'Too many failed sign-ins' },
  'auth.role_required': { status: 403, title: 'This needs a role that the account does not have' },
  'auth.busy': { status: 503, title: 'Too many sign-ins at once' },
  'auth.keys_unavailable': { status: 503, title: 'Tokens cannot be verified at the moment' },

  'session.not_found': { status: 404, title: 'There is no such session' },
  'key.not_found': { status: 404, title: 'There is no such API key' },
  'key.limit_reached': { status: 409, title: 'The account has as many API keys as it can have' },

  'user.username_taken': { status: 409, title: 'The username is taken' },
  'user.renamed_recently': { status: 429, title: 'The username was changed a short while ago' },
  'user.last_admin': { status: 409, title: 'Somebody has to be administrator' },
  'deletion.not_found': { status: 404, title: 'There is no such deletion' },
  'export.not_found': { status: 404, title: 'There is no such export' },
  'export.too_soon': { status: 429, title: 'An export was made a short while ago' },
  'user.not_found': { status: 404, title: 'There is no such user' },

  'upload.not_found': { status: 404, title: 'There is no such upload' },
  'upload.parts_missing': { status: 409, title: 'Not all of the file has arrived' },
  'upload.not_open': { status: 409, title: 'The upload has ended' },
  'idempotency.key_reused': { status: 422, title: 'The Idempotency-Key was used for another body' },
  'idempotency.in_progress': { status: 409, title: 'A request with this Idempotency-Key is under way' },
  'quota.exceeded': { status: 409, title: 'The quota does not allow this' },

  'asset.not_found': { status: 404, title: 'There is no such asset' },
  'asset.not_owner': { status: 403, title: 'The asset belongs to somebody else' },
  'asset.revision_required': { status: 428, title: 'The edit must say which revision it is for' },
  'asset.revision_mismatch': { status: 412, title: 'The asset has changed in the meantime' },
  'asset.too_many_pictures': { status: 409, title: 'The asset has as many pictures as it can have' },
  'asset.co_owners_full': { status: 409, title: 'The asset has as many co-owners as it can have' },
  'asset.busy': { status: 409, title: 'What was removed from the asset before is still being cleaned up' },
  'release.not_found': { status: 404, title: 'There is no such release' },
  'release.version_taken': { status: 409, title: 'The asset has a release of this version' },
  'release.limit_reached': { status: 409, title: 'The asset has as many releases as it can have' },
  'release.last': { status: 409, title: 'The last release of an asset cannot be deleted' },
  'file.not_found': { status: 404, title: 'There is no such file' },
  'file.no_manifest': { status: 404, title: 'The file is not an archive that was listed' },
  'archive.entry_not_found': { status: 404, title: 'There is no such file in the archive' },
  'archive.busy': { status: 503, title: 'Too many archives are looked into at once' },
  'archive.not_enterable': { status: 409, title: 'A file of this archive cannot be fetched by itself' },

  'search.unavailable': { status: 503, title: 'Search is not ready' },
  'service.bad_gateway': { status: 502, title: 'A service behind the gateway gave no valid answer' },
  'service.unavailable': { status: 503, title: 'A service is not available at the moment' },
  'service.timeout': { status: 504, title: 'A service did not answer in time' },
  'service.internal': { status: 500, title: 'Something went wrong on our side' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;
export type ProblemStatus = (typeof PROBLEMS)[ProblemCode]['status'];
