import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { attachment } from '../domain/downloads/content-disposition.ts';
import type { PresignDownload } from '../domain/downloads/grant-download.ts';
import { servedType } from '../domain/downloads/served-type.ts';

const LIFETIME_SECONDS = 300;

/** `s3` must be a client for the endpoint that the public reaches: the host is part of what is signed. */
export function s3Presigner(options: { s3: S3Client; bucket: string; now: () => Date }): PresignDownload {
  return async ({ key, fileName, mediaType }) => {
    const signingDate = options.now();
    const command = new GetObjectCommand({
      Bucket: options.bucket,
      Key: key,
      ResponseContentDisposition: attachment(fileName),
      ResponseContentType: servedType(mediaType),
    });
    const url = await getSignedUrl(options.s3, command, { expiresIn: LIFETIME_SECONDS, signingDate });
    return { url, expiresAt: new Date(signingDate.getTime() + LIFETIME_SECONDS * 1000) };
  };
}
