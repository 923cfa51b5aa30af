import { S3Error } from '../errors.ts';

/** Both ends are inclusive. */
export interface ByteRange {
  start: number;
  end: number;
}

/** Undefined means the whole object: no range, one that cannot be read, or several, as S3 has it. */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (!match || (first === '' && last === '')) return undefined;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;

  const start = first === '' ? Math.max(sizeBytes - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (start > end) {
    throw new S3Error('InvalidRange', undefined, {
      details: { RangeRequested: header ?? '', ActualObjectSize: String(sizeBytes) },
      headers: { 'content-range': `bytes */${sizeBytes}` },
    });
  }
  return { start, end };
}

/** The range of UploadPartCopy has to be whole and inside. */
export function parseCopyRange(header: string, sizeBytes: number): ByteRange {
  const match = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(header);
  const range = { start: Number(match?.[1]), end: Number(match?.[2]) };
  if (!match || range.start > range.end) {
    throw new S3Error(
      'InvalidArgument',
      'The x-amz-copy-source-range value must be of the form bytes=first-last',
    );
  }
  if (range.end >= sizeBytes) {
    throw new S3Error(
      'InvalidArgument',
      `Range specified is not valid for source object of size: ${sizeBytes}`,
    );
  }
  return range;
}
