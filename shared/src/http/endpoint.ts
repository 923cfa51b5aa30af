import { z, type RouteConfig, type RouteHandler } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { DomainError } from '../errors/domain-error.ts';
import { currentScope } from '../telemetry/scope.ts';
import type { App, AppEnv } from './create-app.ts';
import { invalidRequest, type AfterValidation } from './field-errors.ts';
import type { Principal, Scope } from './principal.ts';
import type { TokenVerifier } from './token-verifier.ts';
import { validateRequest } from './validate-request.ts';

/** Throws or rejects when the caller may not go on; nothing to wait for where no token was sent. */
type Guard = (c: Context<AppEnv>) => Promise<void> | undefined;

/** One route with its handler, ready to be mounted in one of the two blocks below. */
export interface Endpoint {
  readonly route: RouteConfig;
  mount(app: App, options: MountOptions): void;
  /** Of a route without a body: what answers it, for who mounts it themselves; it is in the API document then. */
  readonly answer?: (app: App, options: MountOptions) => Answer;
}

interface MountOptions {
  security: RouteConfig['security'];
  guard: Guard;
  /** Whether a query parameter that the route does not declare is refused. */
  strictQuery: boolean;
}

/** `validated` sees what the schemas say and may answer a request that does not fit otherwise than with a problem. */
export function endpoint<R extends RouteConfig>(
  route: R,
  handler: RouteHandler<R, AppEnv>,
  validated: AfterValidation = invalidRequest,
): Endpoint {
  const secured = ({ security, strictQuery }: MountOptions) => ({
    ...(strictQuery ? withStrictQuery(route) : route),
    ...(security === undefined ? {} : { security }),
  });
  if (route.request?.body === undefined) {
    return answered(route, (app, options) =>
      answerWithoutBody(app, secured(options), options.guard, handler as unknown as Answer, validated),
    );
  }
  return {
    route,
    mount(app, options) {
      const middleware = asMiddleware(options.guard, route.operationId);
      app.openapi({ ...secured(options), middleware }, handler, validated);
    },
  };
}

/** A route that one function answers. */
const answered = (route: RouteConfig, answer: NonNullable<Endpoint['answer']>): Endpoint => ({
  route,
  answer,
  mount: (app, options) => void app.on(route.method, honoPath(route), answer(app, options)),
});

/**
 * Two routes without a body, of which one has a word where the other has a parameter at the end, mounted as one: a
 * table that has both keeps Hono from its fastest router, which costs every request of the service.
 */
export function wordOrParameter(word: Endpoint, parameter: Endpoint): Endpoint {
  const ending = word.route.path.slice(word.route.path.lastIndexOf('/'));
  return answered(parameter.route, (app, options) => {
    const [ofWord, ofParameter] = [word.answer?.(app, options), parameter.answer?.(app, options)];
    if (ofWord === undefined || ofParameter === undefined) throw new Error(`${word.route.path} has a body`);
    return (c) => (c.req.path.endsWith(ending) ? ofWord(c) : ofParameter(c));
  });
}

const honoPath = ({ path }: RouteConfig): string => path.replaceAll(/\/\{(.+?)\}/g, '/:$1');

const asMiddleware =
  (guard: Guard, operation: string | undefined): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    c.set('operation', operation);
    await guard(c);
    return next();
  };

/** A handler of any route, which never hands on to another. */
type Answer = (c: Context<AppEnv>) => Promise<Response> | Response;

/** As `app.openapi` does it, with one function where that has a middleware for each part of the request. */
function answerWithoutBody(
  app: App,
  route: RouteConfig,
  guard: Guard,
  handler: Answer,
  validated: AfterValidation,
): Answer {
  const validate = validateRequest(route.request ?? {}, validated);
  app.openAPIRegistry.registerPath(route);
  const answer: Answer = (c) => validate(c) ?? handler(c);
  return (c) => {
    c.set('operation', route.operationId);
    const admission = guard(c);
    return admission === undefined ? answer(c) : admission.then(() => answer(c));
  };
}

/** A misspelt parameter would otherwise be ignored, and `?dryrun=true` would do what it was to try. */
function withStrictQuery<R extends RouteConfig>(route: R): R {
  const query = route.request?.query ?? z.object({});
  if (!(query instanceof z.ZodObject)) throw new Error(`the query of ${route.path} is no plain object`);
  return { ...route, request: { ...route.request, query: query.strict() } };
}

/**
 * Routes for everybody. A token is not needed; one that is sent must be valid, and shows the owner more. What
 * their query does not know is ignored, unless they say otherwise: whoever passes a link on appends to it.
 */
export function publicEndpoints(
  app: App,
  verify: TokenVerifier | undefined,
  endpoints: readonly Endpoint[],
): void {
  const guard: Guard = (c) => {
    const header = c.req.header('authorization');
    return header === undefined || verify === undefined ? undefined : recognise(c, header, verify);
  };
  for (const each of endpoints)
    each.mount(app, {
      security: verify === undefined ? undefined : [{}, { bearer: [] }],
      guard,
      strictQuery: false,
    });
}

async function recognise(c: Context<AppEnv>, header: string, verify: TokenVerifier): Promise<void> {
  const principal = await verify(bearerToken(header));
  // An API key that may not read shows what everybody sees.
  if (principal.scopes.has('assets:read')) setPrincipal(c, principal);
}

/**
 * Routes for a signed-in user whose token covers the scope; `sessionOnly`: an API key is not enough. A query
 * parameter that a route does not know is refused.
 */
export function signedInEndpoints(
  app: App,
  verify: TokenVerifier,
  scope: Scope,
  endpoints: readonly Endpoint[],
  { sessionOnly = false }: { sessionOnly?: boolean } = {},
): void {
  const guard: Guard = async (c) => {
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
  };
  const security = [{ bearer: [scope] }];
  for (const each of endpoints) each.mount(app, { security, guard, strictQuery: true });
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
