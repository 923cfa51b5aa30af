import type { CorsRule } from '../http/cors.ts';
import { S3Error } from '../errors.ts';
import { xmlResponse, type Operation } from '../operation.ts';
import { document, element, optionalElement } from '../http/xml.ts';
import { allowChildren, childrenNamed, childText, parseXml, type XmlElement } from '../http/xml-reader.ts';

const MAX_BODY_BYTES = 64 * 1024;
const MAX_RULES = 100;
const METHODS = new Set(['GET', 'PUT', 'POST', 'DELETE', 'HEAD']);

export const putBucketCors: Operation = async (deps, request) => {
  const bucket = deps.buckets.require(request.bucketName);
  const root = parseXml(await request.body.text(MAX_BODY_BYTES), 'CORSConfiguration');
  allowChildren(root, ['CORSRule']);
  const rules = childrenNamed(root, 'CORSRule').map(parseRule);
  if (rules.length === 0 || rules.length > MAX_RULES) throw new S3Error('MalformedXML');
  await deps.buckets.configure(bucket, { cors: rules });
  return { status: 200 };
};

export const getBucketCors: Operation = async (deps, request) => {
  const { cors } = deps.buckets.require(request.bucketName).config;
  if (!cors) throw new S3Error('NoSuchCORSConfiguration');
  return xmlResponse(
    document(
      'CORSConfiguration',
      cors.map((rule) =>
        element('CORSRule', [
          ...optionalElement('ID', rule.id),
          ...rule.allowedOrigins.map((origin) => element('AllowedOrigin', origin)),
          ...rule.allowedMethods.map((method) => element('AllowedMethod', method)),
          ...rule.allowedHeaders.map((header) => element('AllowedHeader', header)),
          ...rule.exposeHeaders.map((header) => element('ExposeHeader', header)),
          ...optionalElement('MaxAgeSeconds', rule.maxAgeSeconds),
        ]),
      ),
    ),
  );
};

export const deleteBucketCors: Operation = async (deps, request) => {
  await deps.buckets.configure(deps.buckets.require(request.bucketName), { cors: undefined });
  return { status: 204 };
};

function parseRule(element: XmlElement): CorsRule {
  allowChildren(element, [
    'ID',
    'AllowedOrigin',
    'AllowedMethod',
    'AllowedHeader',
    'ExposeHeader',
    'MaxAgeSeconds',
  ]);
  const texts = (name: string) => childrenNamed(element, name).map((child) => child.text);
  const maxAge = childText(element, 'MaxAgeSeconds');
  const rule: CorsRule = {
    id: childText(element, 'ID'),
    allowedOrigins: texts('AllowedOrigin'),
    allowedMethods: texts('AllowedMethod'),
    allowedHeaders: texts('AllowedHeader'),
    exposeHeaders: texts('ExposeHeader'),
    maxAgeSeconds: maxAge === undefined ? undefined : Number(maxAge),
  };
  if (rule.allowedOrigins.length === 0 || rule.allowedMethods.length === 0) throw new S3Error('MalformedXML');
  if (maxAge !== undefined && !/^\d{1,9}$/.test(maxAge)) throw new S3Error('MalformedXML');
  const unsupported = rule.allowedMethods.find((method) => !METHODS.has(method));
  if (unsupported !== undefined) {
    throw new S3Error(
      'InvalidRequest',
      `Found unsupported HTTP method in CORS config. Unsupported method is ${unsupported}`,
    );
  }
  for (const [name, patterns] of [
    ['AllowedOrigin', rule.allowedOrigins],
    ['AllowedHeader', rule.allowedHeaders],
  ] as const) {
    const wild = patterns.find((pattern) => pattern.split('*').length > 2);
    if (wild !== undefined) {
      throw new S3Error('InvalidRequest', `${name} "${wild}" can not have more than one wildcard.`);
    }
  }
  if (rule.exposeHeaders.some((name) => !/^[\w-]+$/.test(name))) {
    throw new S3Error('InvalidRequest', 'ExposeHeader contains an invalid header name or a wildcard.');
  }
  return rule;
}
