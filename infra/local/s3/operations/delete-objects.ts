import { writePrecondition } from '../storage/conditions.ts';
import { S3Error } from '../errors.ts';
import { xmlResponse, type Operation } from '../operation.ts';
import { document, element } from '../http/xml.ts';
import { allowChildren, childrenNamed, childText, parseXml, requireChildText } from '../http/xml-reader.ts';

const MAX_KEYS = 1000;
const MAX_BODY_BYTES = 8 * 1024 * 1024;

export const deleteObjects: Operation = async (deps, request) => {
  const bucket = deps.buckets.require(request.bucketName);
  if (
    !request.headers.has('content-md5') &&
    !request.headers.has('x-amz-trailer') &&
    ![...request.headers.keys()].some((name) => /^x-amz-checksum-(crc|sha)/.test(name))
  ) {
    throw new S3Error(
      'InvalidRequest',
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    );
  }
  const { keys, isQuiet } = parseDelete(await request.body.text(MAX_BODY_BYTES));
  const origin = { requestId: request.id, sourceIp: request.sourceIp };
  const results = [];
  for (const { key, etag } of keys) {
    const precondition = etag === undefined ? undefined : writePrecondition(new Map([['if-match', etag]]));
    try {
      await deps.objects.remove(bucket, key, { origin, precondition });
      if (!isQuiet) results.push(element('Deleted', [element('Key', key)]));
    } catch (error) {
      const { code, message } = error instanceof S3Error ? error : new S3Error('InternalError');
      results.push(
        element('Error', [element('Key', key), element('Code', code), element('Message', message)]),
      );
    }
  }
  return xmlResponse(document('DeleteResult', results));
};

function parseDelete(body: string) {
  const root = parseXml(body, 'Delete');
  allowChildren(root, ['Object', 'Quiet']);
  const entries = childrenNamed(root, 'Object');
  if (entries.length === 0 || entries.length > MAX_KEYS) throw new S3Error('MalformedXML');
  const keys = entries.map((entry) => {
    allowChildren(entry, ['Key', 'ETag']);
    return { key: requireChildText(entry, 'Key'), etag: childText(entry, 'ETag') };
  });
  return { keys, isQuiet: childText(root, 'Quiet') === 'true' };
}
