import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { refuseUnknownAmzHeaders, splitQuery } from '../authentication/amz-headers.ts';
import { authenticate } from '../authentication/authenticate.ts';
import type { Credentials } from '../authentication/caller.ts';
import { headerMap } from '../authentication/canonical-request.ts';
import { actualRequestHeaders, answerPreflight } from './cors.ts';
import { S3Error } from '../errors.ts';
import { errorResponse, sendResponse } from './http-response.ts';
import type { S3Deps, S3Request, S3Response } from '../operation.ts';
import { createRequestBody } from './request-body.ts';
import { parseRequestTarget, type RequestTarget } from './request-target.ts';
import { findRoute, type Route } from './router.ts';

export interface HttpHandlerOptions {
  credentials: readonly Credentials[];
  idleTimeoutMs: number;
  onInternalError: (error: unknown) => void;
}

export function createHttpHandler(deps: S3Deps, options: HttpHandlerOptions) {
  const verifier = { region: deps.region, credentials: options.credentials, now: deps.now };

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse, waitsForContinue: boolean) => {
    const id = randomBytes(8).toString('hex').toUpperCase();
    // A client that waits for `100 Continue`, or has gone silent, has nothing under way to be read off.
    let isSending = !waitsForContinue;
    const send = (answer: S3Response) =>
      sendResponse(incoming, outgoing, answer, { idleTimeoutMs: options.idleTimeoutMs, isSending });

    const answerRequest = async (target: RequestTarget): Promise<S3Response> => {
      const rawHeaders = headerMap(incoming.rawHeaders);
      const method = incoming.method ?? '';
      const corsRules = deps.buckets.get(target.bucket ?? '')?.config.cors;
      if (method === 'OPTIONS') return answerPreflight(corsRules, rawHeaders);
      for (const [name, value] of Object.entries(actualRequestHeaders(corsRules, method, rawHeaders))) {
        outgoing.setHeader(name, value);
      }

      const { path, query } = target;
      const caller = authenticate(verifier, { method, path, query, headers: rawHeaders });
      const { parameters, headers } = splitQuery(query, rawHeaders);
      refuseUnknownAmzHeaders(headers);
      const request: S3Request = {
        id,
        method,
        sourceIp: incoming.socket.remoteAddress ?? '',
        bucketName: target.bucket ?? '',
        key: target.key ?? '',
        query: parameters,
        headers,
        caller,
        waitsForContinue,
        body: createRequestBody({
          request: incoming,
          headers,
          payload: caller.payload,
          idleTimeoutMs: options.idleTimeoutMs,
          onStart: () => {
            if (waitsForContinue) outgoing.writeContinue();
            isSending = true;
          },
          onStall: () => {
            isSending = false;
            // Whoever reads the body waits on: Node does not end a request whose response was sent.
            outgoing.once('close', () => incoming.destroy());
            void send(errorResponse(new S3Error('RequestTimeout'), id, incoming));
          },
        }),
      };
      const route = findRoute(request);
      if (caller.kind === 'anonymous') authorizeAnonymous(deps, route, request);
      return route.operation(deps, request);
    };

    outgoing.setHeader('x-amz-request-id', id);
    let answer: S3Response;
    try {
      answer = await answerRequest(parseRequestTarget(incoming.url ?? ''));
    } catch (error) {
      const clientIsGone = incoming.destroyed && !incoming.complete;
      if (!(error instanceof S3Error) && !clientIsGone) options.onInternalError(error);
      answer = errorResponse(error, id, incoming);
    }
    await send(answer);
  };

  const guarded = (incoming: IncomingMessage, outgoing: ServerResponse, waitsForContinue: boolean) => {
    handle(incoming, outgoing, waitsForContinue).catch((error: unknown) => {
      options.onInternalError(error);
      outgoing.destroy();
    });
  };
  return {
    onRequest: (incoming: IncomingMessage, outgoing: ServerResponse) => guarded(incoming, outgoing, false),
    onCheckContinue: (incoming: IncomingMessage, outgoing: ServerResponse) =>
      guarded(incoming, outgoing, true),
  };
}

function authorizeAnonymous(deps: S3Deps, route: Route, request: S3Request): void {
  const isPublic = deps.buckets.get(request.bucketName)?.config.publicReadPolicy !== undefined;
  if (!route.publicRead || !isPublic) throw new S3Error('AccessDenied');
  if ([...request.query.keys()].some((name) => name.startsWith('response-'))) {
    throw new S3Error(
      'InvalidRequest',
      'Request specific response headers cannot be used for anonymous GET requests.',
    );
  }
}
