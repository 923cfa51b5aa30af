import { createApp, type App } from '@cairn/shared/http/create-app';
import { publicEndpoints, signedInEndpoints } from '@cairn/shared/http/endpoint';
import { serveOpenApiDocument } from '@cairn/shared/http/openapi-document';
import type { TokenVerifier } from '@cairn/shared/http/token-verifier';
import type { Logger } from '@cairn/shared/logging/logger';
import type { DeleteUser } from './domain/delete-user.ts';
import type { GetOwnAccount } from './domain/get-own-account.ts';
import type { KeyStore } from './domain/ports.ts';
import type { RegisterUser } from './domain/register-user.ts';
import type { SignIn } from './domain/sign-in.ts';
import { createSessionEndpoint } from './http/create-session.route.ts';
import { deleteUserEndpoint } from './http/delete-user.route.ts';
import { getJwksEndpoint } from './http/get-jwks.route.ts';
import { getOwnAccountEndpoint } from './http/get-own-account.route.ts';
import { registerUserEndpoint } from './http/register-user.route.ts';
import { signInBasicEndpoint } from './http/sign-in-basic.route.ts';

export interface AuthAppDeps {
  readonly logger: Logger;
  readonly verify: TokenVerifier;
  readonly keys: KeyStore;
  readonly registerUser: RegisterUser;
  readonly signIn: SignIn;
  readonly getOwnAccount: GetOwnAccount;
  readonly deleteUser: DeleteUser;
}

export function createAuthApp(deps: AuthAppDeps): App {
  const app = createApp({ service: 'auth', logger: deps.logger, maxBodyBytes: 16_384 });

  // No verifier: the Authorization header of these holds a password, or nothing.
  publicEndpoints(app, undefined, [
    registerUserEndpoint(deps.registerUser),
    signInBasicEndpoint(deps.signIn),
    createSessionEndpoint(deps.signIn),
    getJwksEndpoint(deps.keys),
  ]);

  signedInEndpoints(app, deps.verify, 'account', [
    getOwnAccountEndpoint(deps.getOwnAccount),
    deleteUserEndpoint(deps.deleteUser),
  ]);

  serveOpenApiDocument(app, {
    title: 'Cairn: accounts',
    description: 'Accounts, sessions and the keys that access tokens are verified with.',
  });
  return app;
}
