import autocannon from 'autocannon';
import type { Scope } from '../scope.ts';

export interface LoadOptions {
  readonly url: string;
  readonly clients: number;
  readonly seconds: number;
  readonly method?: 'GET' | 'POST';
  readonly body?: string;
  /** Of the client with this number, counted from 0. */
  readonly headersOf?: (client: number) => Readonly<Record<string, string>>;
  /** What that client asks for below `url`, one after the other, again and again. */
  readonly pathsOf?: (client: number) => readonly string[];
}

export interface LoadResult {
  readonly requestsPerSecond: number;
  /** Of every request, in ms, as a client sees it. */
  readonly latenciesMs: readonly number[];
  /** No answer, or another than 2xx. */
  readonly failed: number;
}

/** Each client sends its next request when the last one is answered; the load stops by itself. */
export async function closedLoop(options: LoadOptions, scope: Scope): Promise<LoadResult> {
  const { url, clients, seconds, method = 'GET', body, headersOf, pathsOf } = options;
  const latenciesMs: number[] = [];
  const done = Promise.withResolvers<autocannon.Result>();
  let started = 0;
  const instance = autocannon(
    {
      url,
      method,
      connections: clients,
      duration: seconds,
      ...(body === undefined ? {} : { body }),
      setupClient(client) {
        if (headersOf !== undefined) client.setHeaders({ ...headersOf(started) });
        const paths = pathsOf?.(started);
        if (paths !== undefined) client.setRequests(paths.map((path) => ({ method, path })));
        started += 1;
      },
    },
    (error: unknown, result) => {
      // The types promise an error; at run time it is null when there is none.
      if (error instanceof Error) done.reject(error);
      else done.resolve(result);
    },
  );
  instance.on('response', (_client, _status, _bytes, responseMs) => latenciesMs.push(responseMs));
  let over = false;
  await scope.hold({ stop: () => instance.stop() }, (load) => over || load.stop());
  const { requests, non2xx, errors } = await done.promise.finally(() => (over = true));
  return { requestsPerSecond: requests.average, latenciesMs, failed: non2xx + errors };
}
