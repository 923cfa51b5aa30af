import { S3Error } from '../errors.ts';
import { xmlResponse, type Operation } from '../operation.ts';
import { document, element } from '../http/xml.ts';
import { allowChildren, childText, parseXml } from '../http/xml-reader.ts';

const MAX_BODY_BYTES = 64 * 1024;
const OWNER = element('Owner', [element('ID', 'cairn-local'), element('DisplayName', 'cairn-local')]);

export const listBuckets: Operation = async (deps) =>
  xmlResponse(
    document('ListAllMyBucketsResult', [
      OWNER,
      element(
        'Buckets',
        deps.buckets
          .list()
          .map(({ name, config }) =>
            element('Bucket', [element('Name', name), element('CreationDate', config.createdAt)]),
          ),
      ),
    ]),
  );

export const createBucket: Operation = async (deps, request) => {
  const body = await request.body.text(MAX_BODY_BYTES);
  if (body !== '') {
    const root = parseXml(body, 'CreateBucketConfiguration');
    allowChildren(root, ['LocationConstraint']);
    if ((childText(root, 'LocationConstraint') ?? deps.region) !== deps.region) {
      throw new S3Error('IllegalLocationConstraintException');
    }
  }
  await deps.buckets.create(request.bucketName);
  return { status: 200, headers: { location: `/${request.bucketName}` } };
};

export const headBucket: Operation = async (deps, request) => {
  deps.buckets.require(request.bucketName);
  return { status: 200, headers: { 'x-amz-bucket-region': deps.region } };
};

export const getBucketLocation: Operation = async (deps, request) => {
  deps.buckets.require(request.bucketName);
  return xmlResponse(document('LocationConstraint', deps.region === 'us-east-1' ? '' : deps.region));
};

export const deleteBucket: Operation = async (deps, request) => {
  const bucket = deps.buckets.require(request.bucketName);
  await deps.buckets.delete(request.bucketName);
  await deps.uploads.dropBucket(bucket);
  return { status: 204 };
};
