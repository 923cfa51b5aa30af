import type { RouteConfig, RouteHandler } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { DomainError } from '../errors/domain-error.ts';
import { currentScope } from '../telemetry/scope.ts';
import type { App, AppEnv } from './create-app.ts';
import { invalidRequest, type AfterValidation } from './field-errors.ts';
import type { Principal, Scope } from './principal.ts';
import type { TokenVerifier } from './token-verifier.ts';

/** One route with its handler, ready to be mounted in one of the two blocks below. */
export interface Endpoint {
  readonly route: RouteConfig;
  mount(app: App, security: RouteConfig['security'], guard: MiddlewareHandler<AppEnv>): void;
}

/** `validated` sees what the schemas say and may answer a request that does not fit otherwise than with a problem. */
export function endpoint<R extends RouteConfig>(
  route: R,
  handler: RouteHandler<R, AppEnv>,
  validated: AfterValidation = invalidRequest,
): Endpoint {
  return {
    route,
    mount(app, security, guard) {
      const guarded = { ...route, ...(security === undefined ? {} : { security }), middleware: guard };
      app.openapi(guarded, handler, validated);
    },
  };
}

/** Routes for everybody. A token is not needed; one that is sent must be valid, and shows the owner more. */
export function publicEndpoints(
  app: App,
  verify: TokenVerifier | undefined,
  endpoints: readonly Endpoint[],
): void {
  const guardOf = guarded(async (c, next) => {
    const header = c.req.header('authorization');
    if (header !== undefined && verify !== undefined) {
      const principal = await verify(bearerToken(header));
      // An API key that may not read shows what everybody sees.
      if (principal.scopes.has('assets:read')) setPrincipal(c, principal);
    }
    return next();
  });
  for (const each of endpoints)
    each.mount(app, verify === undefined ? undefined : [{}, { bearer: [] }], guardOf(each));
}

/** Routes for a signed-in user whose token covers the scope; `sessionOnly`: an API key is not enough. */
export function signedInEndpoints(
  app: App,
  verify: TokenVerifier,
  scope: Scope,
  endpoints: readonly Endpoint[],
  { sessionOnly = false }: { sessionOnly?: boolean } = {},
): void {
  const guardOf = guarded(async (c, next) => {
    const header = c.req.header('authorization');
    if (header === undefined) throw new DomainError('auth.required');
    const principal = await verify(bearerToken(header));
    // Who is refused what is in the log too.
    setPrincipal(c, principal);
    if (!principal.scopes.has(scope)) {
      throw new DomainError('auth.insufficient_scope', { hint: `Use a token with the scope ${scope}.` });
    }
    if (sessionOnly && principal.sessionId === undefined) {
      throw new DomainError('auth.session_required', { hint: 'Sign in, and use the access token.' });
    }
    return next();
  });
  for (const each of endpoints) each.mount(app, [{ bearer: [scope] }], guardOf(each));
}

/** The guard of each endpoint, which the log line of a request is to name. */
function guarded(guard: MiddlewareHandler<AppEnv>) {
  return ({ route }: Endpoint): MiddlewareHandler<AppEnv> =>
    (c, next) => {
      c.set('operation', route.operationId);
      return guard(c, next);
    };
}

/** The principal of a route from `signedInEndpoints`; elsewhere it is a programming error to ask for it. */
export function requirePrincipal(c: { get(key: 'principal'): Principal | undefined }): Principal {
  const principal = c.get('principal');
  if (principal === undefined) throw new DomainError('auth.required');
  return principal;
}

/** From here on whatever is logged for the request names the user too. */
function setPrincipal(c: Context<AppEnv>, principal: Principal): void {
  c.set('principal', principal);
  const scope = currentScope();
  if (scope !== undefined) scope.userId = principal.userId;
}

function bearerToken(header: string): string {
  const token = /^Bearer +([^\s]+)$/i.exec(header)?.[1];
  if (token === undefined)
    throw new DomainError('auth.invalid_token', { hint: 'Send Authorization: Bearer <token>.' });
  return token;
}
