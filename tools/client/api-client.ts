import { setTimeout as delay } from 'node:timers/promises';
import { sessionKeeper } from './session-keeper.ts';
import type {
  Asset,
  CreatedApiKey,
  Problem,
  Receipt,
  Release,
  SearchPage,
  SignedIn,
  UploadDeclaration,
  User,
} from './wire.ts';

export interface ApiRequest {
  readonly method: string;
  /** Path and query; or a whole URL of the same API, as records hold them. */
  readonly path: string;
  readonly token?: string | undefined;
  readonly json?: unknown;
  /** Sent as it is, instead of `json`. */
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ApiAnswer {
  readonly request: ApiRequest;
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON, otherwise the text; undefined when there is none. */
  readonly body: unknown;
}

/** An answer that the caller did not hope for; `problem` is absent when the body is not a problem. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly answer: ApiAnswer;
  readonly problem: Problem | undefined;

  constructor(answer: ApiAnswer) {
    const problem = problemOf(answer);
    const { method, path } = answer.request;
    super(`${method} ${path.split('?')[0]} answered ${answer.status} ${problem?.code ?? ''}`.trimEnd());
    this.answer = answer;
    this.problem = problem;
  }
}

export interface ApiClient {
  /** Any request, any answer; redirects are not followed. */
  call(request: ApiRequest): Promise<ApiAnswer>;
  /** The access token may be used for as long as the session lives: the client refreshes it in time. */
  signUp(credentials: Credentials): Promise<SignedIn>;
  signIn(credentials: Credentials): Promise<SignedIn>;
  createKey(token: string, scopes: readonly string[]): Promise<CreatedApiKey>;
  me(token: string): Promise<User>;
  declareUpload(token: string, declaration: UploadDeclaration): Promise<Receipt>;
  receipt(token: string, uploadId: string): Promise<Receipt>;
  search(query: Readonly<Record<string, string>>): Promise<SearchPage>;
  asset(asin: string, token?: string): Promise<Asset>;
  release(asin: string, version: string): Promise<Release>;
  /** The presigned URL that a download route redirects to. */
  downloadUrl(path: string): Promise<string>;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface ApiClientOptions {
  /** Sees every answer before the caller does. */
  observe?: (answer: ApiAnswer) => void;
  /** Asks again when the API says 429, after the pause that it names. */
  patient?: boolean;
  timeoutMs?: number;
}

const LONGEST_PAUSE_SECONDS = 60;

/** Calls the API at `url`; the named methods resolve with the body and reject with `ApiError`. */
export function createApiClient(url: string, options: ApiClientOptions = {}): ApiClient {
  const sessions = sessionKeeper((refresh_token) =>
    expect<SignedIn>(200, { method: 'POST', path: '/v1/sessions/refresh', json: { refresh_token } }),
  );
  const signedIn = async (answer: Promise<SignedIn>) => sessions.keep(await answer);

  async function call(request: ApiRequest): Promise<ApiAnswer> {
    const token = await sessions.current(request.token);
    const response = await fetch(new URL(request.path, `${url}/`), {
      method: request.method,
      redirect: 'manual',
      headers: {
        ...(request.json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...request.headers,
      },
      body: request.json === undefined ? (request.body ?? null) : JSON.stringify(request.json),
      signal: AbortSignal.timeout(options.timeoutMs ?? 15_000),
    });
    const text = await response.text();
    const isJson = /^application\/([\w.-]+\+)?json/.test(response.headers.get('content-type') ?? '');
    const body: unknown = text === '' ? undefined : isJson ? JSON.parse(text) : text;
    const answer = { request, status: response.status, headers: response.headers, body };
    options.observe?.(answer);
    const pauseSeconds = Number(response.headers.get('retry-after'));
    if (options.patient !== true || response.status !== 429 || !(pauseSeconds <= LONGEST_PAUSE_SECONDS)) {
      return answer;
    }
    await delay(pauseSeconds * 1_000);
    return await call(request);
  }

  /** The body of an answer with the hoped-for status. The type is the caller's promise, as with any client. */
  async function expect<Body>(status: number, request: ApiRequest): Promise<Body> {
    const answer = await call(request);
    if (answer.status !== status) throw new ApiError(answer);
    return answer.body as Body;
  }

  return {
    call,
    signUp: ({ username, password }) =>
      signedIn(expect(201, { method: 'POST', path: '/v1/users', json: { username, password } })),
    signIn: ({ username, password }) =>
      signedIn(expect(201, { method: 'POST', path: '/v1/sessions', json: { username, password } })),
    createKey: (token, scopes) =>
      expect(201, { method: 'POST', path: '/v1/keys', token, json: { name: 'made by a client', scopes } }),
    me: (token) => expect(200, { method: 'GET', path: '/v1/users/me', token }),
    declareUpload: (token, json) => expect(201, { method: 'POST', path: '/v1/uploads', token, json }),
    receipt: (token, uploadId) => expect(200, { method: 'GET', path: `/v1/uploads/${uploadId}`, token }),
    search: (query) =>
      expect(200, { method: 'GET', path: `/v1/assets?${new URLSearchParams(query).toString()}` }),
    asset: (asin, token) => expect(200, { method: 'GET', path: `/v1/assets/${asin}`, token }),
    release: (asin, version) =>
      expect(200, { method: 'GET', path: `/v1/assets/${asin}/releases/${encodeURIComponent(version)}` }),
    async downloadUrl(path) {
      const answer = await call({ method: 'GET', path });
      const location = answer.headers.get('location');
      if (answer.status !== 302 || location === null) throw new ApiError(answer);
      return location;
    },
  };
}

function problemOf({ headers, body }: ApiAnswer): Problem | undefined {
  return headers.get('content-type')?.startsWith('application/problem+json') ? (body as Problem) : undefined;
}
