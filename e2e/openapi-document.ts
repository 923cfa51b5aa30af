import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { ApiAnswer } from '@cairn/tools/client/api-client';

type Json = Readonly<Record<string, unknown>>;

export interface Operation {
  readonly operationId: string;
  readonly method: string;
  /** As declared, with `{placeholders}`. */
  readonly path: string;
  readonly declaration: Json;
}

export interface ApiDocument {
  readonly content: Json;
  readonly operations: readonly Operation[];
  /** Throws when an answer is not one that the document declares for its operation. */
  check(answer: ApiAnswer): void;
}

const METHODS = new Set(['get', 'put', 'post', 'delete', 'patch', 'head', 'options', 'trace']);
/** Answers that any request may get before it reaches its operation. */
const EVERYWHERE = /^(request|service)\./;

export function readApiDocument(content: Json): ApiDocument {
  const ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema(content, 'api');
  const compiled = new Map<string, ValidateFunction>();

  function schemaAt(...steps: readonly string[]): ValidateFunction {
    const pointer = steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    const known = compiled.get(pointer);
    if (known !== undefined) return known;
    const made = ajv.compile({ $ref: `api#${encodeURI(pointer)}` });
    compiled.set(pointer, made);
    return made;
  }

  const operations = Object.entries(objectOf(content.paths)).flatMap(([path, item]) =>
    Object.entries(objectOf(item))
      .filter(([method]) => METHODS.has(method))
      .map(([method, declaration]) => operationOf(method, path, objectOf(declaration))),
  );

  return {
    content,
    operations,
    check(answer) {
      const { status, body, headers, request } = answer;
      const about = `${request.method} ${request.path.split('?')[0]} -> ${status}`;
      const mediaType = headers.get('content-type')?.split(';')[0] ?? '';
      const operation = findOperation(operations, request.method, request.path);
      const response = objectOf(objectOf(operation?.declaration.responses)[String(status)]);
      const declared = objectOf(response.content);
      if (operation !== undefined && response.description !== undefined) {
        if (body === undefined) return;
        if (!(mediaType in declared)) throw new Error(`${about}: ${mediaType || 'no type'} is not declared`);
        const { method, path } = operation;
        const steps = [
          'paths',
          path,
          method.toLowerCase(),
          'responses',
          String(status),
          'content',
          mediaType,
        ];
        conform(schemaAt(...steps, 'schema'), body, about);
        return;
      }
      const code = objectOf(body).code;
      if (mediaType !== 'application/problem+json' || typeof code !== 'string' || !EVERYWHERE.test(code)) {
        throw new Error(`${about} (${String(code)}): not declared`);
      }
      conform(schemaAt('components', 'schemas', 'Problem'), body, about);
    },
  };
}

function conform(validate: ValidateFunction, body: unknown, about: string): void {
  if (validate(body)) return;
  const reasons = validate.errors?.map((error) => `${error.instancePath || '/'} ${error.message ?? ''}`);
  throw new Error(`${about}: the body is not as declared: ${reasons?.join('; ') ?? ''}`);
}

function operationOf(method: string, path: string, declaration: Json): Operation {
  const id = declaration.operationId;
  return {
    operationId: typeof id === 'string' ? id : '',
    method: method.toUpperCase(),
    path,
    declaration,
  };
}

/** Paths without placeholders win, as in OpenAPI. */
function findOperation(
  operations: readonly Operation[],
  method: string,
  target: string,
): Operation | undefined {
  const { pathname } = new URL(target, 'http://any');
  const wanted = method === 'HEAD' ? 'GET' : method;
  const fitting = operations.filter((each) => each.method === wanted && patternOf(each.path).test(pathname));
  return fitting.find((each) => !each.path.includes('{')) ?? fitting[0];
}

function patternOf(path: string): RegExp {
  const escaped = path.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`);
}

export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
