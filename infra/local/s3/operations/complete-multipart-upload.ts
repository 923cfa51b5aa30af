import { CHECKSUM_ALGORITHMS, declaredChecksum } from '../storage/checksums.ts';
import { writePrecondition } from '../storage/conditions.ts';
import { S3Error } from '../errors.ts';
import type { RequestedPart } from '../storage/multipart-assembly.ts';
import { quoteEtag } from '../http/object-headers.ts';
import { xmlResponse, type Operation } from '../operation.ts';
import { awsUriEncodePath } from '../authentication/uri-encoding.ts';
import { document, element } from '../http/xml.ts';
import {
  allowChildren,
  childrenNamed,
  childText,
  parseXml,
  requireChildText,
  type XmlElement,
} from '../http/xml-reader.ts';

const MAX_PARTS = 10_000;
const MAX_BODY_BYTES = 4 * 1024 * 1024;

export const completeMultipartUpload: Operation = async (deps, request) => {
  const bucket = deps.buckets.require(request.bucketName);
  // On this request it would be the checksum of the whole object, not of its XML.
  if (declaredChecksum(request.headers)) throw new S3Error('NotImplemented');
  const root = parseXml(await request.body.text(MAX_BODY_BYTES), 'CompleteMultipartUpload');
  allowChildren(root, ['Part']);
  const parts = childrenNamed(root, 'Part').map(parsePart);
  if (parts.length === 0 || parts.length > MAX_PARTS) throw new S3Error('MalformedXML');

  const { etag, checksum } = await deps.uploads.complete(
    bucket,
    request.key,
    request.query.get('uploadId') ?? '',
    parts,
    {
      origin: { requestId: request.id, sourceIp: request.sourceIp },
      precondition: writePrecondition(request.headers),
    },
  );
  const path = `/${bucket.name}/${awsUriEncodePath(request.key)}`;
  return xmlResponse(
    document('CompleteMultipartUploadResult', [
      element('Location', `http://${request.headers.get('host') ?? ''}${path}`),
      element('Bucket', bucket.name),
      element('Key', request.key),
      element('ETag', quoteEtag(etag)),
      ...(checksum
        ? [element(`Checksum${checksum.algorithm}`, checksum.value), element('ChecksumType', checksum.type)]
        : []),
    ]),
  );
};

function parsePart(element: XmlElement): RequestedPart {
  const checksumNames = CHECKSUM_ALGORITHMS.map((algorithm) => `Checksum${algorithm}`);
  allowChildren(element, ['PartNumber', 'ETag', ...checksumNames]);
  const partNumber = requireChildText(element, 'PartNumber');
  if (!/^\d{1,5}$/.test(partNumber)) throw new S3Error('MalformedXML');
  return {
    partNumber: Number(partNumber),
    etag: requireChildText(element, 'ETag').replace(/^"(.*)"$/, '$1'),
    checksum: checksumNames.map((name) => childText(element, name)).find((value) => value !== undefined),
  };
}
