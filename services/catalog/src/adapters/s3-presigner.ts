import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { attachment } from '../domain/downloads/content-disposition.ts';
import type { PresignDownload } from '../domain/downloads/grant-download.ts';
import { servedType } from '../domain/downloads/served-type.ts';
import { escaped, queryPresigner } from './signature-v4.ts';

const LIFETIME_SECONDS = 300;
const PROBE = 'probe';

/** Where the objects of a bucket are, as the SDK's rules for endpoints and regions have it. */
interface BucketSite {
  readonly origin: string;
  readonly host: string;
  /** Of the bucket: `/`, or `/bucket/`. */
  readonly folder: string;
  readonly region: string;
}

/**
 * `s3` must be a client for the endpoint that the public reaches: the host is part of what is signed. The client
 * says where its bucket is, once, and before each signature which credentials hold now, which change with a
 * role's session.
 */
export function s3Presigner(options: { s3: S3Client; bucket: string; now: () => Date }): PresignDownload {
  const { s3, bucket, now } = options;
  const presign = queryPresigner();
  let site: Promise<BucketSite> | undefined;
  const findSite = () =>
    (site ??= siteOf(s3, bucket).catch((error: unknown) => {
      site = undefined;
      throw error;
    }));

  return async ({ key, fileName, mediaType }) => {
    const { origin, host, folder, region } = await findSite();
    const credentials = await s3.config.credentials();
    const at = now();
    const signed = presign(
      {
        host,
        path: folder + key.split('/').map(escaped).join('/'),
        query: {
          'response-content-disposition': attachment(fileName),
          'response-content-type': servedType(mediaType),
          'x-id': 'GetObject',
        },
        region,
        at,
        lifetimeSeconds: LIFETIME_SECONDS,
      },
      credentials,
    );
    return { url: origin + signed, expiresAt: new Date(at.getTime() + LIFETIME_SECONDS * 1000) };
  };
}

async function siteOf(s3: S3Client, Bucket: string): Promise<BucketSite> {
  const url = new URL(await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: PROBE })));
  const [, , region] = (url.searchParams.get('X-Amz-Credential') ?? '').split('/');
  if (region === undefined || !url.pathname.endsWith(`/${PROBE}`)) {
    throw new Error(`no address of the bucket ${Bucket} could be found`);
  }
  return { origin: url.origin, host: url.host, folder: url.pathname.slice(0, -PROBE.length), region };
}
