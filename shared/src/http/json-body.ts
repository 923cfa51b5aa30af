import type { MiddlewareHandler } from 'hono';
import secureJson from 'secure-json-parse';
import { DomainError } from '../errors/domain-error.ts';

/** Of the methods that any route has. */
export const METHODS_WITH_BODY = ['POST', 'PUT', 'PATCH', 'DELETE'];
const JSON_MEDIA_TYPE = /^application\/json[ \t]*(;[ \t]*charset="?utf-8"?[ \t]*)?$/i;

/**
 * Reads and checks the body before any handler: JSON in UTF-8 only, at most `maxBytes`, complete within
 * `timeoutMs`. Hono parses text/plain as JSON and replaces invalid UTF-8 in silence; this does neither.
 * One documented rule for duplicate keys: the last one counts.
 */
export function strictJsonBody(options: { maxBytes: number; timeoutMs: number }): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.raw.body === null) return next();
    const declaredLength = c.req.header('content-length');
    if (declaredLength === '0') return next();
    if (Number(declaredLength ?? 0) > options.maxBytes) throw tooLarge(options.maxBytes);
    if (c.req.header('content-encoding') !== undefined) {
      throw new DomainError('request.unsupported_media_type', { detail: 'Encoded bodies are not accepted.' });
    }
    const bytes = await readBody(c.req.raw.body, options);
    if (bytes.length === 0) {
      // The body is used up: whoever asks for it again finds it empty.
      c.req.bodyCache = { text: Promise.resolve('') as unknown as string };
      return next();
    }
    const contentType = c.req.header('content-type');
    if (contentType === undefined || !JSON_MEDIA_TYPE.test(contentType)) {
      throw new DomainError('request.unsupported_media_type');
    }
    const text = decodeUtf8(bytes);
    try {
      secureJson.parse(text, { protoAction: 'error', constructorAction: 'error' });
    } catch (cause) {
      throw new DomainError('request.malformed_json', { cause });
    }
    // Hono's validators know fewer of the spellings that RFC 9110 allows.
    c.req.raw.headers.set('content-type', 'application/json');
    // Typed as a string, yet Hono stores and awaits a promise here.
    c.req.bodyCache = { text: Promise.resolve(text) as unknown as string };
    return next();
  };
}

function tooLarge(maxBytes: number): DomainError {
  return new DomainError('request.too_large', { detail: `At most ${maxBytes} bytes are accepted.` });
}

async function readBody(
  body: ReadableStream<Uint8Array>,
  { maxBytes, timeoutMs }: { maxBytes: number; timeoutMs: number },
): Promise<Buffer> {
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    void reader.cancel().catch(() => undefined);
  }, timeoutMs);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.byteLength;
      if (size > maxBytes) {
        void reader.cancel().catch(() => undefined);
        throw tooLarge(maxBytes);
      }
      chunks.push(value);
    }
  } catch (cause) {
    if (cause instanceof DomainError || timedOut) throw cause;
    throw new DomainError('request.malformed', { detail: 'The body ended early.', cause });
  } finally {
    clearTimeout(timer);
  }
  if (timedOut) throw new DomainError('request.timeout');
  return Buffer.concat(chunks);
}

function decodeUtf8(bytes: Uint8Array): string {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    throw new DomainError('request.malformed_json', { detail: 'The body starts with a byte order mark.' });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DomainError('request.malformed_json', { detail: 'The body is not valid UTF-8.', cause });
  }
}
