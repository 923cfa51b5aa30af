import { S3Error } from '../errors.ts';
import { formEncodeKey } from '../authentication/uri-encoding.ts';

export function parseLimit(name: string, text: string | undefined, maximum: number): number {
  if (text === undefined) return maximum;
  if (!/^\d{1,10}$/.test(text) || Number(text) > 2_147_483_647) {
    throw new S3Error('InvalidArgument', `Argument ${name} must be an integer between 0 and 2147483647`, {
      details: { ArgumentName: name, ArgumentValue: text },
    });
  }
  return Math.min(Number(text), maximum);
}

export function keyEncoder(encodingType: string | undefined): (key: string) => string {
  if (encodingType === undefined) return (key) => key;
  if (encodingType !== 'url') {
    throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request');
  }
  return formEncodeKey;
}
