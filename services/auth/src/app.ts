import { BODY_LIMITS } from '@cairn/shared/http/body-limits';
import { createApp, type App } from '@cairn/shared/http/create-app';
import { publicEndpoints, signedInEndpoints } from '@cairn/shared/http/endpoint';
import { serveOpenApiDocument } from '@cairn/shared/http/openapi-document';
import type { TokenVerifier } from '@cairn/shared/http/token-verifier';
import type { Logger } from '@cairn/shared/logging/logger';
import type { Metrics } from '@cairn/shared/telemetry/metrics';
import type { ChangePassword } from './domain/change-password.ts';
import type { CreateApiKey } from './domain/create-api-key.ts';
import type { DeleteUser } from './domain/delete-user.ts';
import type { EndSession, EndSessions } from './domain/end-sessions.ts';
import type { GetExport } from './domain/exporting/get-export.ts';
import type { RequestExport } from './domain/exporting/request-export.ts';
import type { GetDeletion } from './domain/get-deletion.ts';
import type { GetOwnAccount } from './domain/get-own-account.ts';
import type { GetPublicProfile } from './domain/get-public-profile.ts';
import type { ListApiKeys } from './domain/list-api-keys.ts';
import type { ListAudit } from './domain/list-audit.ts';
import type { ListSessions } from './domain/list-sessions.ts';
import type { KeyStore } from './domain/ports.ts';
import type { PlanDeletion } from './domain/plan-deletion.ts';
import type { RefreshSession } from './domain/refresh-session.ts';
import type { RegisterUser } from './domain/register-user.ts';
import type { RenameUser } from './domain/rename-user.ts';
import type { RevokeApiKey } from './domain/revoke-api-key.ts';
import type { SetRole } from './domain/set-role.ts';
import type { SetUserStatus } from './domain/set-user-status.ts';
import type { SignIn } from './domain/sign-in.ts';
import { changePasswordEndpoint } from './http/change-password.route.ts';
import { createApiKeyEndpoint } from './http/create-api-key.route.ts';
import { createSessionEndpoint } from './http/create-session.route.ts';
import { deleteUserEndpoint } from './http/delete-user.route.ts';
import { getDeletionEndpoint } from './http/get-deletion.route.ts';
import { getExportEndpoint } from './http/get-export.route.ts';
import { getJwksEndpoint } from './http/get-jwks.route.ts';
import { getOpenIdConfigurationEndpoint } from './http/get-openid-configuration.route.ts';
import { getOwnAccountEndpoint } from './http/get-own-account.route.ts';
import { getPublicProfileEndpoint } from './http/get-public-profile.route.ts';
import { getRevocationsEndpoint, type SignedRevocations } from './http/get-revocations.route.ts';
import { listApiKeysEndpoint } from './http/list-api-keys.route.ts';
import { listAuditEndpoint } from './http/list-audit.route.ts';
import { listSessionsEndpoint } from './http/list-sessions.route.ts';
import { requestExportEndpoint } from './http/request-export.route.ts';
import { refreshSessionEndpoint } from './http/refresh-session.route.ts';
import { registerUserEndpoint } from './http/register-user.route.ts';
import { renameUserEndpoint } from './http/rename-user.route.ts';
import { revokeAllSessionsEndpoint } from './http/revoke-all-sessions.route.ts';
import { revokeApiKeyEndpoint } from './http/revoke-api-key.route.ts';
import { revokeSessionEndpoint } from './http/revoke-session.route.ts';
import { setRoleEndpoint } from './http/set-role.route.ts';
import { setUserStatusEndpoint } from './http/set-user-status.route.ts';
import { signInBasicEndpoint } from './http/sign-in-basic.route.ts';
import { signOutEndpoint } from './http/sign-out.route.ts';

export interface AuthAppDeps {
  readonly logger: Logger;
  readonly metrics?: Metrics | undefined;
  readonly verify: TokenVerifier;
  readonly keys: KeyStore;
  readonly registerUser: RegisterUser;
  readonly signIn: SignIn;
  readonly getOwnAccount: GetOwnAccount;
  readonly deleteUser: DeleteUser;
  readonly refreshSession: RefreshSession;
  readonly listSessions: ListSessions;
  readonly endSession: EndSession;
  readonly revokeSession: EndSession;
  readonly endSessions: EndSessions;
  readonly changePassword: ChangePassword;
  readonly createApiKey: CreateApiKey;
  readonly listApiKeys: ListApiKeys;
  readonly revokeApiKey: RevokeApiKey;
  readonly signedRevocations: SignedRevocations;
  readonly issuer: string;
  readonly publicUrl: string;
  readonly trustedProxies: number;
  readonly getPublicProfile: GetPublicProfile;
  readonly renameUser: RenameUser;
  readonly setRole: SetRole;
  readonly setUserStatus: SetUserStatus;
  readonly listAudit: ListAudit;
  readonly planDeletion: PlanDeletion;
  readonly getDeletion: GetDeletion;
  readonly requestExport: RequestExport;
  readonly getExport: GetExport;
}

export function createAuthApp(deps: AuthAppDeps): App {
  const app = createApp({
    service: 'auth',
    logger: deps.logger,
    metrics: deps.metrics,
    maxBodyBytes: BODY_LIMITS.auth,
  });

  // No verifier: the Authorization header of these holds a password, or nothing.
  publicEndpoints(app, undefined, [
    registerUserEndpoint(deps.registerUser),
    signInBasicEndpoint(deps.signIn, deps.trustedProxies),
    createSessionEndpoint(deps.signIn, deps.trustedProxies),
    refreshSessionEndpoint(deps.refreshSession),
    getJwksEndpoint(deps.keys),
    getRevocationsEndpoint(deps.signedRevocations),
    getOpenIdConfigurationEndpoint(deps.issuer, deps.publicUrl),
    getDeletionEndpoint(deps.getDeletion),
  ]);

  signedInEndpoints(app, deps.verify, 'account', [getOwnAccountEndpoint(deps.getOwnAccount)]);

  // Not with an API key: one that has leaked can neither make others nor take the account over.
  signedInEndpoints(
    app,
    deps.verify,
    'account',
    [
      renameUserEndpoint(deps.renameUser, deps.trustedProxies),
      deleteUserEndpoint(deps.deleteUser, deps.planDeletion, deps.trustedProxies),
      changePasswordEndpoint(deps.changePassword, deps.trustedProxies),
      requestExportEndpoint(deps.requestExport),
      getExportEndpoint(deps.getExport),
      listSessionsEndpoint(deps.listSessions),
      signOutEndpoint(deps.endSession),
      revokeSessionEndpoint(deps.revokeSession),
      revokeAllSessionsEndpoint(deps.endSessions),
      createApiKeyEndpoint(deps.createApiKey),
      listApiKeysEndpoint(deps.listApiKeys),
      revokeApiKeyEndpoint(deps.revokeApiKey),
    ],
    { sessionOnly: true },
  );

  // For administrators: each use case asks the item of the staff, not the token.
  signedInEndpoints(
    app,
    deps.verify,
    'account',
    [
      setRoleEndpoint(deps.setRole),
      setUserStatusEndpoint(deps.setUserStatus),
      listAuditEndpoint(deps.listAudit),
    ],
    { sessionOnly: true },
  );

  // Behind `/v1/users/me`, which is no asin.
  publicEndpoints(app, deps.verify, [getPublicProfileEndpoint(deps.getPublicProfile)]);

  serveOpenApiDocument(app, {
    title: 'Cairn: accounts',
    description: 'Accounts, sessions and the keys that access tokens are verified with.',
  });
  return app;
}
